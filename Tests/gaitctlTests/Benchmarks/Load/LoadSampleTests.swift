import Testing

@testable import gaitctl

@Suite("Load samples")
struct LoadSampleTests {
    private func sample(_ arrived: Double, milliseconds: Double) -> LoadSample {
        LoadSample(published: arrived - milliseconds / 1000, arrived: arrived)
    }

    @Test("latencies are in milliseconds")
    func latency() {
        let latency = LoadLatency((1...100).map { sample(10, milliseconds: Double($0)) })
        #expect(abs(latency.median - 50) < 1e-6 && abs(latency.p99 - 99) < 1e-6)
        #expect(abs(latency.largest - 100) < 1e-6)
        #expect(LoadLatency([]).p99 == 0)
    }

    @Test("recovery is the first second in which nearly all is in time")
    func recovery() throws {
        let late = (0..<10).map { sample(100 + Double($0) / 10, milliseconds: 400) }
        let good = (0..<60).map { sample(101 + Double($0) / 20, milliseconds: 20) }
        let found = try #require(LoadLatency.recovery(late + good, from: 100, to: 104))
        #expect((0.9...1.1).contains(found))
        #expect(LoadLatency.recovery(good, from: 101, to: 104) == 0)
        #expect(LoadLatency.recovery(late, from: 100, to: 104) == nil)
    }
}
