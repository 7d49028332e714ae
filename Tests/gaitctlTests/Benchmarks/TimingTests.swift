import Testing

@testable import gaitctl

struct TimingTests {
    @Test("median and 95th percentile are of the nearest rank")
    func percentiles() {
        let timing = Timing(of: (1...100).map(Double.init).shuffled())
        #expect(timing.medianMs == 50 && timing.p95Ms == 95)
        #expect(Timing(of: []) == Timing(of: [0]))
    }

    @Test("the warm-up is not counted, every call is")
    func calls() throws {
        var count = 0
        let timing = try Timing(warmUp: 3, calls: 4) { count += 1 }
        #expect(count == 7)
        #expect(timing.medianMs >= 0 && timing.p95Ms >= timing.medianMs)
    }
}
