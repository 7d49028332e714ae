import Foundation
import Messaging
import TestSupport
import Testing

@testable import GaitNode

@Suite("A node's life at a real broker")
struct NodeLifeTests {
    @Test("state, info and health are retained, and a clean stop says so and leaves no emotion behind")
    func announcements() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let node = try TestNode(port: broker.port) { $0.broker.username = "robot" }
        let info = try await client.log.first(InfoMessage.self, on: "gaitd/n1/info")
        #expect(info.labels == ["angry", "happy", "neutral", "sad"])
        #expect(info.version == NodeVersion.current && info.limits["maximum_people"] == 64)
        guard case .object(let configuration) = info.configuration, case .object(let card) = info.model else {
            Issue.record("\(info)")
            return
        }
        let published = ConfigurationTable.rows.filter { !$0.isSecret }.map(\.name)
        #expect(configuration.keys.sorted() == published.sorted())
        #expect(card["name"] == .string("test"))
        let source = walk([WalkingFigure(id: "7")], topic: "robots/r1/skeletons", client: client)
        defer { source.cancel() }
        _ = try await client.log.first(EmotionMessage.self, on: "robots/r1/people/7/emotion") {
            $0.state == .ok
        }
        let health = try await client.log.first(HealthMessage.self, on: "gaitd/n1/health") {
            $0.inference.windows > 0
        }
        #expect(health.mqtt.connected && health.people == 1 && health.threads >= 2)
        #expect(health.residentBytes > 1 << 20 && health.uptime > 0)
        #expect((health.sources["r1/skeletons"]?.framesIn ?? 0) > 0)
        #expect(health.latency["total"]?.p99 != nil && health.latency["decode"]?.p50 != nil)
        try await node.stop()

        let late = try TestClient(port: broker.port)
        let state = try await late.log.first(StateMessage.self, on: "gaitd/n1/state")
        #expect(state.state == .stopped)
        let people = try await late.log.first(PeopleMessage.self, on: "robots/r1/people")
        #expect(people.people.isEmpty)
        #expect(!late.log.messages.contains { $0.topic.hasSuffix("/emotion") })
        #expect(!late.log.messages.contains { $0.topic.hasPrefix("gaitd/") && !$0.retained })
    }

    @Test("what is retained about people and health goes by itself where nobody renews it")
    func expiry() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let node = try TestNode(port: broker.port) { $0.pipeline.personTimeout = 60 }
        let source = walk([WalkingFigure(id: "7")], topic: "robots/r1/skeletons", client: client)
        defer { source.cancel() }
        let emotion = "robots/r1/people/7/emotion"
        _ = try await client.log.first(EmotionMessage.self, on: emotion)
        let late = try TestClient(port: broker.port)
        for (topic, limit) in [
            (emotion, 30), ("gaitd/n1/health", 60), ("robots/r1/people", nil), ("gaitd/n1/state", nil),
            ("gaitd/n1/info", nil),
        ] {
            let message = try await late.log.first { $0.topic == topic && $0.retained }
            guard let limit else {
                #expect(message.expirySeconds == nil, "\(topic)")
                continue
            }
            #expect((1...UInt32(limit)).contains(message.expirySeconds ?? 0), "\(topic)")
        }
        try await node.stop()
    }

    @Test("a node starts without a broker, and serves when there is one")
    func withoutBroker() async throws {
        let port = try TestBroker.freePort()
        let node = try TestNode(port: port)
        let broker = try TestBroker(port: port)
        let client = try TestClient(port: port)
        _ = try await client.log.first(StateMessage.self, on: "gaitd/n1/state") { $0.state == .online }
        let source = walk([WalkingFigure(id: "7")], topic: "robots/r1/skeletons", client: client)
        defer { source.cancel() }
        _ = try await client.log.first(EmotionMessage.self, on: "robots/r1/people/7/emotion") {
            $0.state == .ok
        }
        try await node.stop()
        broker.kill()
    }

    @Test("after a restart of the broker everything is said again, and emotions go on")
    func brokerRestart() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let node = try TestNode(port: broker.port) { $0.pipeline.personTimeout = 60 }
        let source = walk([WalkingFigure(id: "7")], topic: "robots/r1/skeletons", client: client)
        defer { source.cancel() }
        _ = try await client.log.first(EmotionMessage.self, on: "robots/r1/people/7/emotion") {
            $0.state == .ok
        }
        broker.kill()
        let before = client.log.messages.count
        try broker.start()
        let again = client.log
        _ = try await again.first(StateMessage.self, on: "gaitd/n1/state", from: before) {
            $0.state == .online
        }
        _ = try await again.first(InfoMessage.self, on: "gaitd/n1/info", from: before)
        let people = try await again.first(PeopleMessage.self, on: "robots/r1/people", from: before)
        #expect(people.people == ["7"])
        _ = try await again.first(EmotionMessage.self, on: "robots/r1/people/7/emotion", from: before) {
            $0.state == .ok
        }
        _ = try await again.first(HealthMessage.self, on: "gaitd/n1/health", from: before) {
            $0.mqtt.reconnects == 1
        }
        try await node.stop()
    }

    @Test("emotions that an earlier run of this node left are cleared, another node's are not")
    func leftBehind() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        for node in ["n1", "n2"] {
            let emotion = EmotionMessage(
                stamp: 1, node: node, robot: "r1", person: node, source: "skeletons", state: .notWalking,
                window: nil, model: EmotionMessage.Model(name: "old", version: 1, sha256: ""),
                latencyMilliseconds: 1)
            try client.publish("robots/r1/people/\(node)/emotion", try emotion.encoded(), retained: true)
        }
        _ = try await client.log.first { $0.topic == "robots/r1/people/n2/emotion" }
        let node = try TestNode(port: broker.port)
        _ = try await client.log.first { $0.topic == "robots/r1/people/n1/emotion" && $0.payload.isEmpty }
        _ = try await client.log.first(PeopleMessage.self, on: "robots/r1/people") { $0.people.isEmpty }
        try await node.stop()
        let late = try TestClient(port: broker.port)
        _ = try await late.log.first { $0.topic == "robots/r1/people/n2/emotion" }
        #expect(!late.log.messages.contains { $0.topic == "robots/r1/people/n1/emotion" })
    }

    @Test("a robot that sees nobody has an empty list, whatever an earlier run left there")
    func emptyList() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let old = try PeopleMessage(stamp: 1, people: ["old"]).encoded()
        try client.publish("robots/r1/people", old, retained: true)
        let node = try TestNode(port: broker.port)
        _ = try await client.log.first(StateMessage.self, on: "gaitd/n1/state") { $0.state == .online }
        try client.publish("robots/r1/skeletons", #"{"layout":"step16","bodies":[]}"#)
        _ = try await client.log.first(PeopleMessage.self, on: "robots/r1/people") { $0.people.isEmpty }
        try await node.stop()
    }

    @Test("a list that an earlier run of this node left is emptied at once, another node's is not")
    func leftList() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        for (robot, node) in [("r1", "n1"), ("r2", "n2")] {
            let old = try PeopleMessage(stamp: 1, node: node, people: ["old"]).encoded()
            try client.publish("robots/\(robot)/people", old, retained: true)
        }
        let node = try TestNode(port: broker.port)
        _ = try await client.log.first(PeopleMessage.self, on: "robots/r1/people") { $0.people.isEmpty }
        try await node.stop()
        let late = try TestClient(port: broker.port)
        _ = try await late.log.first(PeopleMessage.self, on: "robots/r2/people") { $0.people == ["old"] }
    }

    @Test("user name and password from its file open a broker that asks for them")
    func password() async throws {
        let observers = try TestBroker.freePort()
        let broker = try TestBroker(
            users: ["robot": "s3cret"],
            settings: ["listener \(observers) 127.0.0.1", "allow_anonymous true"])
        let client = try TestClient(port: observers)
        let folder = try TemporaryFolder()
        let passwordPath = try folder.write("password", "s3cret\n")
        let node = try TestNode(port: broker.port) {
            $0.broker.username = "robot"
            $0.broker.passwordFile = passwordPath
        }
        let info = try await client.log.first { $0.topic == "gaitd/n1/info" }
        #expect(!String(decoding: info.payload, as: UTF8.self).contains("s3cret"))
        #expect(node.lines.all.contains { $0.contains("chmod 600") })
        #expect(!node.lines.all.contains { $0.contains("s3cret") })
        try await node.stop()
        broker.kill()
    }
}
