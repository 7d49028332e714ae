import Testing

@testable import gaitctl

@Suite("Colours of drawings")
struct FigureColoursTests {
    @Test("heat goes from grey to red, and is a colour whatever it is given")
    func heat() {
        #expect(FigureColours.heat(0) == FigureColours.trunk)
        #expect(FigureColours.heat(1) == "#e22848")
        #expect(FigureColours.heat(2) == FigureColours.heat(1))
        #expect(FigureColours.heat(-1) == FigureColours.heat(0))
        #expect(FigureColours.heat(.nan) == FigureColours.heat(0))
        for step in 0...100 {
            #expect(FigureColours.heat(Double(step) / 100).wholeMatch(of: #/#[0-9a-f]{6}/#) != nil)
        }
    }
}
