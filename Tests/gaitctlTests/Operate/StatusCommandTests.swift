import Foundation
import Messaging
import TestSupport
import Testing

@Suite("gaitctl status and top", .broker)
struct StatusCommandTests {
    /// What is retained at the broker before a command asks.
    private func publish(_ messages: MQTTMessage..., by client: TestClient) async throws {
        for message in messages {
            try client.publish(message.topic, message.payload, retained: true)
            _ = try await client.first { $0.topic == message.topic && $0.payload == message.payload }
        }
    }

    @Test("the real gaitd is online and well, and says how it is")
    func realNode() async throws {
        try await withBroker { broker, client in
            let folder = try TemporaryFolder()
            let health = "health:\n  interval: 0.5"
            let daemon = try ProgramRun.daemon("lab", at: broker, in: folder, health)
            _ = try await client.first { $0.topic == "gaitd/lab/health" }
            let object = try await Tool.run("status --node lab --json", at: broker).object()
            let node = try #require((object["nodes"] as? [[String: Any]])?.first)
            #expect(node["state"] as? String == "online")
            #expect(node["problem"] is NSNull || node["problem"] == nil)
            let told = try #require(node["health"] as? [String: Any])
            #expect((told["rss"] as? Int ?? 0) > 1_000_000)
            #expect(told["latency"] is [String: Any] && told["sources"] is [String: Any])
            let text = try await Tool.run("status", at: broker)
            #expect(text.status == 0 && text.output.hasPrefix("lab  online  gaitd "), "\(text)")
            let top = try await Tool.run("top --interval 0.3 --seconds 1", at: broker)
            #expect(
                top.status == 0 && top.output.contains(" lab  online") && !top.output.contains("\u{1B}"),
                "\(top)"
            )
            #expect(top.output.components(separatedBy: "no people at the moment").count >= 3, "\(top)")
            #expect(daemon.process.isRunning, "\(daemon.errors)")
        }
    }

    @Test("offline nodes, and nodes whose health is missing or old, end it with 1, after the report")
    func unwell() async throws {
        try await withBroker { broker, client in
            let gone = NodeMessages(node: "gone")
            try await publish(gone.state(.offline), try gone.info(), try gone.health(), by: client)
            let result = try await Tool.run("status --node gone --json", at: broker)
            #expect(result.status == 1)
            #expect(result.errors.hasSuffix("gaitctl: gone is offline: it vanished without disconnecting\n"))
            let object = try objects(in: result.output)[0]
            #expect((object["nodes"] as? [[String: Any]])?.first?["state"] as? String == "offline")
            let hung = NodeMessages(node: "hung")
            try await publish(hung.state(.online), try hung.info(), try hung.health(), by: client)
            let stale = try await Tool.run("status --node hung --timeout 0.5", at: broker)
            #expect(
                stale.status == 1 && stale.output.contains("WRONG: hung is online, but its health message is")
            )
            let both = try await Tool.run("status --timeout 0.5", at: broker)
            #expect(
                both.status == 1 && both.errors.contains("gone is offline")
                    && both.errors.contains("; hung is online"))
        }
    }

    @Test("no node, and a node of another name, are failures that say so")
    func absent() async throws {
        try await withBroker { broker, client in
            try await Tool.run("status", at: broker)
                .expectFailure(1, saying: "no node has published anything", "127.0.0.1:\(broker.port)")
            try await publish(NodeMessages(node: "n1").state(.stopped), by: client)
            try await Tool.run("status --node n2", at: broker)
                .expectFailure(1, saying: "no node is called n2", "there is n1")
        }
    }

    @Test("q ends top on a terminal, which is as it was before")
    func terminal() async throws {
        try await withBroker { broker, client in
            let node = NodeMessages(node: "n1")
            try await publish(node.state(.online), try node.info(), try node.health(), by: client)
            let pseudo = try #require(PseudoTerminal(columns: 100, rows: 20))
            let before = pseudo.settings.c_lflag
            let run = try ProgramRun(
                "/bin/bash",
                [
                    "-c", "exec \"$0\" top --host 127.0.0.1 --port \"$1\" < \"$2\" > \"$2\"",
                    ProgramRun.built("gaitctl"), "\(broker.port)", pseudo.path,
                ])
            var drawn = ""
            #expect(
                Pause.until(within: 30) {
                    drawn += pseudo.read()
                    return drawn.contains("r1/skeletons")
                })
            pseudo.press("q")
            #expect(run.process.exitCode(within: 20) == 0)
            drawn += pseudo.read()
            #expect(drawn.hasSuffix("\u{1B}[?1049l"))
            #expect(pseudo.settings.c_lflag == before)
        }
    }
}
