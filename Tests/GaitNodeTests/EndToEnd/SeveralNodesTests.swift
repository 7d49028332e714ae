import Foundation
import Messaging
import TestSupport
import Testing

@testable import GaitNode

@Suite("Several nodes at one broker")
struct SeveralNodesTests {
    @Test("a newcomer of a name that is taken ends, and does not disturb the node that has it")
    func takenName() async throws {
        try await withBroker { broker, client in
            try await withNode(at: broker) { _ in
                try await client.info()
                let newcomer = try TestNode(at: broker)
                await #expect(throws: GaitNodeError.nameTaken(node: "n1")) { try await newcomer.ended() }
                let health = try await client.health(from: client.messages.count)
                #expect(health.mqtt.connected && health.mqtt.reconnects == 0)
                let states = client.messages.filter { $0.topic == "gaitd/n1/state" }
                #expect(states.allSatisfy { String(decoding: $0.payload, as: UTF8.self).contains("online") })
                try await withNode(at: broker) {
                    $0.nodeIdentifier = "n2"
                } test: { _ in
                    try await client.state(.online, of: "n2")
                }
            }
        }
    }

    @Test("the real gaitd ends with 78 and one line when its name is taken")
    func exitCode() async throws {
        try await withNode { _, client in
            let newcomer = try Daemon(configuration: "log:\n  level: error\n", port: client.port)
            #expect(newcomer.exitCode() == 78)
            let output = newcomer.errorOutput
            #expect(output.split(separator: "\n").count == 1 && output.contains("'node.id'"), "\(output)")
        }
    }

    @Test("a node that left `online` behind and does not answer is replaced")
    func deadNode() async throws {
        try await withBroker { broker, client in
            try client.publish("gaitd/n1/state", #"{"state":"online"}"#, retained: true)
            _ = try await client.first { $0.topic == "gaitd/n1/state" }
            try await withNode(at: broker) { _ in
                try await client.info()
                #expect(client.messages.contains { $0.topic == "gaitd/n1/request/info" })
            }
        }
    }

    @Test("a stop takes effect while it is not known yet whether the name is free")
    func stopsWhileAsking() async throws {
        let node = try TestNode(at: TestBroker(started: false))
        try await node.stop()
        try await withBroker { broker, client in
            try client.publish("gaitd/n1/state", #"{"state":"online"}"#, retained: true)
            _ = try await client.first { $0.topic == "gaitd/n1/state" }
            var settings = MQTTClient.Configuration(
                host: "127.0.0.1", port: broker.port, clientIdentifier: "gaitd-n1")
            settings.firstRetrySeconds = 0.1
            let check = try NodeNameCheck(
                settings: settings, topics: try Topics(node: "n1"),
                connection: ConnectionMonitor(logger: node.lines.logger),
                patience: 600)
            let thread = try NodeThread(name: "check") { _ = try? check.run() }
            _ = try await client.first { $0.topic == "gaitd/n1/request/info" }
            check.stop()
            await thread.ended()
            #expect(check.outcome == .stopped)
        }
    }

    @Test("robots are split between nodes by their names, and each message is one node's")
    func splitByName() async throws {
        try await Self.withTwoNodes {
            $0.robots = ["r1"]
        } second: {
            $0.robots = ["r2", "r3"]
        } test: { client in
            for robot in ["r1", "r2", "r3", "r4"] {
                try client.publish("robots/\(robot)/skeletons", #"{"layout":"step16","bodies":[]}"#)
            }
            for (node, sources) in [("n1", ["r1/skeletons"]), ("n2", ["r2/skeletons", "r3/skeletons"])] {
                try await client.health(of: node) {
                    $0.sources.keys.sorted() == sources && $0.sources.values.allSatisfy { $0.framesIn == 1 }
                }
            }
        }
    }

    @Test("nodes of a group share the messages: each is one node's")
    func sharedGroup() async throws {
        try await Self.withTwoNodes {
            $0.broker.shareGroup = "g"
        } second: {
            $0.broker.shareGroup = "g"
        } test: { client in
            let count = 40
            for _ in 0..<count {
                try client.publish("robots/r1/skeletons", #"{"layout":"step16","bodies":[]}"#)
            }
            var frames: [Int] = []
            for node in ["n1", "n2"] {
                // Mosquitto deals them out in turn.
                let health = try await client.health(of: node) {
                    $0.sources["r1/skeletons"]?.framesIn ?? 0 >= count / 2
                }
                frames.append(health.sources["r1/skeletons"]?.framesIn ?? 0)
            }
            #expect(frames.reduce(0, +) == count, "\(frames)")
        }
    }

    /// Runs a test with n1 and n2, both online.
    private static func withTwoNodes(
        _ first: (inout NodeConfiguration) -> Void, second: (inout NodeConfiguration) -> Void,
        test: (TestClient) async throws -> Void
    ) async throws {
        try await withBroker { broker, client in
            try await withNode(at: broker, first) { _ in
                try await withNode(at: broker) {
                    $0.nodeIdentifier = "n2"
                    second(&$0)
                } test: { _ in
                    for node in ["n1", "n2"] { try await client.info(of: node) }
                    try await test(client)
                }
            }
        }
    }
}
