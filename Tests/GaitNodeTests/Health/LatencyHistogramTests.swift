import Testing

@testable import GaitNode

@Suite("Latency histogram")
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
