import Foundation
import Messaging
import TestSupport
import Testing

@testable import GaitNode

@Suite("Several nodes at one broker")
struct SeveralNodesTests {
    @Test("a newcomer of a name that is taken ends, and does not disturb the node that has it")
    func takenName() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let node = try TestNode(port: broker.port)
        try await client.nodeIsOnline()
        let newcomer = try TestNode(port: broker.port)
        await #expect(throws: GaitNodeError.nameTaken(node: "n1")) { try await newcomer.ended() }
        let before = client.log.messages.count
        let health = try await client.log.first(HealthMessage.self, on: "gaitd/n1/health", from: before)
        #expect(health.mqtt.connected && health.mqtt.reconnects == 0)
        let states = client.log.messages.filter { $0.topic == "gaitd/n1/state" }
        #expect(states.allSatisfy { String(decoding: $0.payload, as: UTF8.self).contains("online") })
        let other = try TestNode(port: broker.port) { $0.nodeIdentifier = "n2" }
        _ = try await client.log.first(StateMessage.self, on: "gaitd/n2/state") { $0.state == .online }
        try await other.stop()
        try await node.stop()
    }

    @Test("the real gaitd ends with 78 and one line when its name is taken")
    func exitCode() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let node = try TestNode(port: broker.port)
        try await client.nodeIsOnline()
        let newcomer = try Daemon(configuration: "log:\n  level: error\n", port: broker.port)
        #expect(newcomer.exitCode(within: 30) == 78)
        let output = newcomer.errorOutput
        #expect(output.split(separator: "\n").count == 1 && output.contains("'node.id'"), "\(output)")
        try await node.stop()
    }

    @Test("a node that left `online` behind and answers nobody is replaced")
    func deadNode() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        try client.publish("gaitd/n1/state", #"{"state":"online"}"#, retained: true)
        _ = try await client.log.first { $0.topic == "gaitd/n1/state" }
        let node = try TestNode(port: broker.port)
        _ = try await client.log.first(InfoMessage.self, on: "gaitd/n1/info")
        #expect(client.log.messages.contains { $0.topic == "gaitd/n1/request/info" })
        try await node.stop()
    }

    @Test("a stop takes effect while it is not known yet whether the name is free")
    func stopsWhileAsking() async throws {
        let node = try TestNode(port: try TestBroker.freePort())
        try await node.stop()
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        try client.publish("gaitd/n1/state", #"{"state":"online"}"#, retained: true)
        _ = try await client.log.first { $0.topic == "gaitd/n1/state" }
        var settings = MQTTClient.Configuration(
            host: "127.0.0.1", port: broker.port, clientIdentifier: "gaitd-n1")
        settings.firstRetrySeconds = 0.1
        let check = try NodeNameCheck(
            settings: settings, topics: try Topics(node: "n1"),
            connection: ConnectionMonitor(logger: node.lines.logger),
            patience: 600)
        let thread = NodeThread(name: "check") { _ = check.run() }
        _ = try await client.log.first { $0.topic == "gaitd/n1/request/info" }
        check.stop()
        await thread.ended()
        #expect(check.outcome == .stopped)
    }

    @Test("robots are split between nodes by their names, and each message is one node's")
    func splitByName() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let first = try TestNode(port: broker.port) { $0.robots = ["r1"] }
        let second = try TestNode(port: broker.port) {
            ($0.nodeIdentifier, $0.robots) = ("n2", ["r2", "r3"])
        }
        for node in ["n1", "n2"] { _ = try await client.log.first { $0.topic == "gaitd/\(node)/info" } }
        for robot in ["r1", "r2", "r3", "r4"] {
            try client.publish("robots/\(robot)/skeletons", #"{"layout":"step16","bodies":[]}"#)
        }
        for (node, sources) in [("n1", ["r1/skeletons"]), ("n2", ["r2/skeletons", "r3/skeletons"])] {
            _ = try await client.log.first(HealthMessage.self, on: "gaitd/\(node)/health") {
                $0.sources.keys.sorted() == sources && $0.sources.values.allSatisfy { $0.framesIn == 1 }
            }
        }
        try await first.stop()
        try await second.stop()
    }

    @Test("nodes of a group share the messages: each is one node's")
    func sharedGroup() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let nodes = try ["n1", "n2"].map { name in
            try TestNode(port: broker.port) { ($0.nodeIdentifier, $0.broker.shareGroup) = (name, "g") }
        }
        for node in ["n1", "n2"] { _ = try await client.log.first { $0.topic == "gaitd/\(node)/info" } }
        let count = 40
        for _ in 0..<count { try client.publish("robots/r1/skeletons", #"{"layout":"step16","bodies":[]}"#) }
        var frames: [Int] = []
        for node in ["n1", "n2"] {
            // Mosquitto deals them out in turn.
            let health = try await client.log.first(HealthMessage.self, on: "gaitd/\(node)/health") {
                $0.sources["r1/skeletons"]?.framesIn ?? 0 >= count / 2
            }
            frames.append(health.sources["r1/skeletons"]?.framesIn ?? 0)
        }
        #expect(frames.reduce(0, +) == count, "\(frames)")
        for node in nodes { try await node.stop() }
    }
}
