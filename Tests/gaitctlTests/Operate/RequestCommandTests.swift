import Foundation
import Messaging
import TestSupport
import Testing

@Suite("gaitctl request", .broker)
struct RequestCommandTests {
    @Test("a node's answer is printed, its refusal told in one line, and so is silence")
    func answers() async throws {
        try await withBroker { broker, client in
            let folder = try TemporaryFolder()
            try await Tool.run("request info --timeout 0.2", at: broker)
                .expectFailure(1, saying: "n1 does not answer")
            let store = "  registry: registry\nstore:\n  path: gaits.sqlite"
            let daemon = try ProgramRun.daemon("n1", at: broker, in: folder, store)
            _ = try await client.first { $0.topic == "gaitd/n1/info" }
            let info = try await Tool.run("request info", at: broker).object()
            #expect(info["node"] as? String == "n1")
            let list = try await Tool.run("request model/list", at: broker).object()
            #expect(list["serving"] as? Int == 0)
            let label = #"{"robot": "r1", "person": "7", "emotion": "sad"}"#
            try await Tool.run("request label \(label)", at: broker)
                .expectFailure(1, saying: "no_window", "r1/7")
            daemon.process.send(SIGTERM)
            #expect(daemon.process.exitCode(within: 60) == 0)
        }
    }
}
