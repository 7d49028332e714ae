import Messaging
import Testing

@testable import GaitNode

struct LatencyHistogramTests {
    @Test("percentiles are within three per cent of the exact ones")
    func percentiles() throws {
        var histogram = LatencyHistogram()
        for number in 1...1000 { histogram.record(seconds: Double(number) / 1000) }
        let percentiles = try #require(histogram.percentiles)
        #expect(abs(percentiles.p50 - 500) < 15)
        #expect(abs(percentiles.p95 - 950) < 29)
        #expect(abs(percentiles.p99 - 990) < 30)
    }

    @Test("nothing recorded gives no percentiles, and what is two intervals old is forgotten")
    func intervals() {
        var histogram = LatencyHistogram()
        #expect(histogram.percentiles == nil)
        histogram.record(seconds: 0.01)
        histogram.startInterval()
        #expect(histogram.percentiles != nil)
        histogram.startInterval()
        #expect(histogram.percentiles == nil)
    }

    @Test("durations outside the range are counted at its ends")
    func extremes() throws {
        var histogram = LatencyHistogram()
        histogram.record(seconds: -1)
        #expect(try #require(histogram.percentiles).p50 < 0.002)
        histogram.startInterval()
        histogram.startInterval()
        histogram.record(seconds: 1e9)
        #expect(try #require(histogram.percentiles).p50 > 100_000)
    }
}

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

@Suite("Repeated log lines")
struct RepeatedLogTests {
    @Test("the first of a reason is written, then one a minute with the number of those left out")
    func limits() {
        let lines = LogLines()
        var log = RepeatedLog(logger: lines.logger)
        for second in 0..<90 { log.warning("late", at: Double(second)) { "late frame" } }
        log.warning("unknown", at: 90) { "unknown layout" }
        #expect(
            lines.all == ["late frame", "late frame (and 59 more of this kind before)", "unknown layout"])
    }
}

@Suite("Source figures")
struct SourceMetricsTests {
    @Test("the rate is of the last interval, the counts are of the whole run")
    func report() {
        var figures = SourceMetrics()
        for frame in 0..<60 {
            figures.lastArrival = Double(frame) / 30
            figures.counts.framesIn += 1
        }
        figures.counts.dropped["late"] = 2
        figures.counts.rejected["malformed_json"] = 1
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
