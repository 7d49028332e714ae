import Foundation
import TestSupport
import Testing

@testable import gaitctl

@Suite("gaitctl benchmark soak")
struct SoakBenchmarkTests {
    @Test(
        "for ten minutes at half the load that is carried, memory and descriptors stay as they are",
        .enabled(if: FuzzedProcess.isLong && TestBroker.isInstalled, "only the long run"))
    func tenMinutes() async throws {
        let object = try await Tool.run(
            "benchmark soak --minutes 10 --json --model \(PackageFolder.classifier)", within: 1200
        ).object()
        #expect(object["steady"] as? Bool == true, "\(object)")
        #expect(object["dropped"] as? [String: Int] == [:])
        #expect(try #require(object["messages_published"] as? Int) > 10_000)
        #expect((object["samples"] as? [Any])?.count == 10)
    }
}

@Suite("What a soak comes to")
struct SoakGrowthTests {
    /// Twenty minutes of a daemon that holds so many megabytes and descriptors in each.
    private func growth(warmUp: Int = 3, leakEvery minutes: Int = .max, _ megabytes: (Int) -> Double)
        -> SoakGrowth
    {
        let samples = (1...20).map {
            SoakSample(hour: Double($0) / 60, rssMb: megabytes($0), descriptors: 20 + $0 / minutes)
        }
        return SoakGrowth(samples.dropFirst(warmUp))
    }

    @Test("a steady growth is found per hour, and is not steady")
    func perHour() {
        let growing = growth { 100 + Double($0) * 0.05 }
        #expect(abs(growing.growthMbPerHour - 3) < 1e-9 && !growing.steady)
        let slow = growth { 100 + Double($0) * 0.02 }
        #expect(abs(slow.growthMbPerHour - 1.2) < 1e-9 && slow.steady)
    }

    @Test("what grows in the warm-up, one step of the allocator and a saw tooth are no growth")
    func steady() {
        #expect(growth { 100 + 20 * Double(min($0, 4)) }.growthMbPerHour == 0)
        #expect(growth { $0 == 12 ? 140 : 100 }.steady)
        #expect(growth { 100 + Double($0 % 2) }.steady)
        #expect(growth(warmUp: 0) { 100 + 20 * Double(min($0, 15)) }.growthMbPerHour > 100)
    }

    @Test("a descriptor that is left open every few minutes is no steadiness")
    func descriptors() {
        let leaking = growth(leakEvery: 5) { _ in 100 }
        #expect(leaking.descriptorGrowth == 4 && !leaking.steady && leaking.growthMbPerHour == 0)
    }
}
