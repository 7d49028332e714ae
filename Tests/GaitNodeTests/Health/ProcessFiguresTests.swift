import Testing

@testable import GaitNode

@Suite("Process figures")
struct ProcessFiguresTests {
    @Test("memory, processor time and threads are those of a running process")
    func plausible() {
        let figures = ProcessFigures.read()
        #expect(figures.residentBytes > 1 << 20)
        #expect(figures.cpuSeconds > 0)
        #expect(figures.threads >= 1)
    }
}
