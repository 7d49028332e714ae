import Testing

@testable import gaitctl

@Suite("Stopwatch")
struct StopwatchTests {
    @Test("percentiles are of the nearest rank")
    func percentiles() {
        let sorted = (1...100).map(Double.init)
        #expect(Stopwatch.percentile(50, ofSorted: sorted) == 50)
        #expect(Stopwatch.percentile(95, ofSorted: sorted) == 95)
        #expect(Stopwatch.percentile(99, ofSorted: [7]) == 7)
        #expect(Stopwatch.percentile(50, ofSorted: []) == 0)
        #expect(Stopwatch.summary(of: [3, 1, 2]) == Stopwatch.Timing(median: 2, p95: 3))
    }

    @Test("the warm-up is not counted, every call is")
    func calls() throws {
        var count = 0
        let timing = try Stopwatch.time(warmUp: 3, calls: 4) { count += 1 }
        #expect(count == 7)
        #expect(timing.median >= 0 && timing.p95 >= timing.median)
    }
}
