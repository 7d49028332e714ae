import Testing

@testable import GaitNode

@Suite("Process figures")
struct ProcessMetricsTests {
    @Test("memory, processor time and threads are those of a running process")
    func plausible() {
        let figures = ProcessMetrics.read()
        #expect(figures.residentBytes > 1 << 20)
        #expect(figures.cpuSeconds > 0)
        #expect(figures.threads >= 1)
    }
}
