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
struct SoakReportTests {
    /// Twenty minutes of a daemon that holds so many megabytes and descriptors in each.
    private func report(warmUp: Int = 3, leakEvery minutes: Int? = nil, _ megabytes: (Int) -> Double)
        -> SoakReport
    {
        SoakReport(
            people: 1, fps: 30, warmUp: warmUp,
            samples: (1...20).map {
                SoakSample(
                    hour: Double($0) / 60, residentMegabytes: megabytes($0),
                    descriptors: 20 + $0 / (minutes ?? .max))
            },
            published: 0, dropped: [:], postponed: 0)
    }

    @Test("a steady growth is found per hour, and is not steady")
    func growth() {
        let growing = report { 100 + Double($0) * 0.05 }
        #expect(abs(growing.growth - 3) < 1e-9 && !growing.isSteady)
        let slow = report { 100 + Double($0) * 0.02 }
        #expect(abs(slow.growth - 1.2) < 1e-9 && slow.isSteady)
    }

    @Test("what grows in the warm-up, one step of the allocator and a saw tooth are no growth")
    func steady() {
        #expect(report { 100 + 20 * Double(min($0, 4)) }.growth == 0)
        #expect(report { $0 == 12 ? 140 : 100 }.isSteady)
        #expect(report { 100 + Double($0 % 2) }.isSteady)
        #expect(report(warmUp: 0) { 100 + 20 * Double(min($0, 15)) }.growth > 100)
    }

    @Test("a descriptor that is left open every few minutes is no steadiness")
    func descriptors() {
        let leaking = report(leakEvery: 5) { _ in 100 }
        #expect(leaking.descriptorGrowth == 4 && !leaking.isSteady && leaking.growth == 0)
    }
}
