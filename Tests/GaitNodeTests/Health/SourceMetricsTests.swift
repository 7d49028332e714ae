import Messaging
import Testing

@testable import GaitNode

@Suite("Source figures")
struct SourceMetricsTests {
    @Test("the rate is of the last interval, the counts are of the whole run")
    func report() {
        var figures = SourceMetrics()
        for frame in 0..<60 {
            figures.noteArrival(at: Double(frame) / 30)
            figures.countAccepted()
        }
        figures.dropped.count("late", times: 2)
        figures.rejected.count("malformed_json")
        let first = figures.report(elapsed: 2, now: 3)
        #expect(first.framesIn == 60 && first.rate == 30)
        #expect(first.dropped == ["late": 2] && first.rejected == ["malformed_json": 1])
        #expect(abs((first.age ?? 0) - (3 - 59.0 / 30)) < 1e-9)
        let second = figures.report(elapsed: 2, now: 5)
        #expect(second.framesIn == 60 && second.rate == 0)
    }

    @Test("before its first message a source has no age")
    func unheard() {
        var figures = SourceMetrics()
        #expect(figures.report(elapsed: 1, now: 1).age == nil)
    }
}
