import Foundation
import TestSupport
import Testing

@Suite("gaitctl benchmark soak")
struct SoakBenchmarkTests {
    @Test("minutes that leave nothing after the warm-up are refused")
    func minutes() async throws {
        for arguments in [["--minutes", "4"], ["--minutes", "8", "--warm-up", "6"], ["--people", "0"]] {
            #expect(try await GaitctlProcess.run(["benchmark", "soak"] + arguments).status == 64)
        }
    }

    @Test(
        "for ten minutes at half the load that is carried, memory and descriptors stay as they are",
        .enabled(if: FuzzedProcess.isLong && TestBroker.isInstalled, "only the long run"))
    func tenMinutes() async throws {
        let object = try await GaitctlProcess.run(
            [
                "benchmark", "soak", "--minutes", "10", "--json", "--model",
                PackageFolder.path("config/models/step-default.safetensors"),
            ], within: 1200
        ).object()
        #expect(object["steady"] as? Bool == true, "\(object)")
        #expect(object["dropped"] as? [String: Int] == [:])
        #expect(try #require(object["messages_published"] as? Int) > 10_000)
        #expect((object["samples"] as? [Any])?.count == 10)
    }
}
