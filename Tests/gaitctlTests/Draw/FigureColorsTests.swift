import Testing

@testable import gaitctl

@Suite("Colors of drawings")
struct FigureColorsTests {
    @Test("heat goes from gray to red, and is a color for every input")
    func heat() {
        #expect(FigureColors.heat(0) == FigureColors.trunk)
        #expect(FigureColors.heat(1) == "#e22848")
        #expect(FigureColors.heat(2) == FigureColors.heat(1))
        #expect(FigureColors.heat(-1) == FigureColors.heat(0))
        #expect(FigureColors.heat(.nan) == FigureColors.heat(0))
        for step in 0...100 {
            #expect(FigureColors.heat(Double(step) / 100).wholeMatch(of: #/#[0-9a-f]{6}/#) != nil)
        }
    }
}
