import Foundation
import Gait
import Messaging
import TestSupport
import Testing

@testable import GaitNode

@Suite("A node's life at a real broker")
struct NodeLifeTests {
    @Test("state, info and health are retained, and a clean stop says so and leaves no emotion behind")
    func announcements() async throws {
        try await withNode {
            $0.broker.username = "robot"
        } test: { node, client in
            let message = try await client.first { $0.topic == "gaitd/n1/info" }
            #expect(!String(decoding: message.payload, as: UTF8.self).contains(node.folder.path))
            let info = try await client.info()
            #expect(info.configuration["model.path"] == .string("model.safetensors"))
            #expect(info.labels == ["angry", "happy", "neutral", "sad"])
            #expect(info.version == NodeVersion.current && info.limits["maximum_people"] == 64)
            guard case .object(let configuration) = info.configuration, case .object(let card) = info.model
            else {
                Issue.record("\(info)")
                return
            }
            let published = ConfigurationTable.rows.filter { !$0.isSecret }.map(\.name)
            #expect(configuration.keys.sorted() == published.sorted())
            #expect(card["name"] == .string("test"))
            client.walk("7")
            try await client.emotion(of: "7")
            let health = try await client.health { $0.inference.windows > 0 }
            #expect(health.mqtt.connected && health.people == 1 && health.threads >= 2)
            #expect(health.residentBytes > 1 << 20 && health.uptime > 0)
            #expect((health.sources["r1/skeletons"]?.framesIn ?? 0) > 0)
            #expect(health.latency["total"]?.p99 != nil && health.latency["decode"]?.p50 != nil)
            try await node.stop()

            try await withClient(port: client.port) { late in
                let state = try await late.first(StateMessage.self, on: "gaitd/n1/state")
                #expect(state.state == .stopped)
                #expect(try await late.people().isEmpty)
                #expect(!late.messages.contains { $0.topic.hasSuffix("/emotion") })
                #expect(!late.messages.contains { $0.topic.hasPrefix("gaitd/") && !$0.retained })
            }
        }
    }

    @Test("what is retained about people and health expires unless it is renewed")
    func expiry() async throws {
        try await withNode(personTimeout: 60) { _, client in
            client.walk("7")
            try await client.emotion(of: "7") { _ in true }
            try await withClient(port: client.port) { late in
                for (topic, limit) in [
                    ("robots/r1/people/7/emotion", 30), ("gaitd/n1/health", 60), ("robots/r1/people", 60),
                    ("gaitd/n1/state", nil), ("gaitd/n1/info", nil),
                ] {
                    let message = try await late.first { $0.topic == topic && $0.retained }
                    guard let limit else {
                        #expect(message.expirySeconds == nil, "\(topic)")
                        continue
                    }
                    #expect((1...UInt32(limit)).contains(message.expirySeconds ?? 0), "\(topic)")
                }
            }
        }
    }

    @Test("a node starts without a broker, and serves when there is one")
    func withoutBroker() async throws {
        try await withBroker(started: false) { broker in
            try await withNode(at: broker) { _ in
                try broker.start()
                try await withClient(port: broker.port) { client in
                    try await client.state(.online)
                    client.walk("7")
                    try await client.emotion(of: "7")
                }
            }
        }
    }

    @Test("after a restart of the broker everything is said again, and emotions go on")
    func brokerRestart() async throws {
        try await withBroker { broker, client in
            try await withNode(at: broker, personTimeout: 60) { _ in
                client.walk("7")
                try await client.emotion(of: "7")
                broker.kill()
                let before = client.messages.count
                try broker.start()
                try await client.state(.online, from: before)
                try await client.info(from: before)
                #expect(try await client.people(from: before) == ["7"])
                try await client.emotion(of: "7", from: before)
                try await client.health(from: before) { $0.mqtt.reconnects == 1 }
            }
        }
    }

    @Test("emotions that an earlier run of this node left are cleared, another node's are not")
    func leftBehind() async throws {
        try await withBroker { broker, client in
            for node in ["n1", "n2"] {
                let emotion = EmotionMessage(
                    stamp: 1, node: node, robot: "r1", person: node, source: "skeletons", state: .notWalking,
                    window: nil, model: EmotionMessage.Model(name: "old", version: 1, sha256: ""),
                    latencyMilliseconds: 1)
                try client.publish("robots/r1/people/\(node)/emotion", try emotion.encoded(), retained: true)
            }
            _ = try await client.first { $0.topic == "robots/r1/people/n2/emotion" }
            try await withNode(at: broker) { _ in
                _ = try await client.first { $0.topic == "robots/r1/people/n1/emotion" && $0.payload.isEmpty }
                try await client.people { $0.isEmpty }
            }
            try await withClient(port: broker.port) { late in
                _ = try await late.first { $0.topic == "robots/r1/people/n2/emotion" }
                #expect(!late.messages.contains { $0.topic == "robots/r1/people/n1/emotion" })
            }
        }
    }

    @Test("a robot that sees no people has an empty list, even if an earlier run left one there")
    func emptyList() async throws {
        try await withBroker { broker, client in
            let old = try PeopleMessage(stamp: 1, people: ["old"]).encoded()
            try client.publish("robots/r1/people", old, retained: true)
            try await withNode(at: broker) { _ in
                try await client.state(.online)
                try client.publish("robots/r1/skeletons", #"{"layout":"step16","bodies":[]}"#)
                try await client.people { $0.isEmpty }
            }
        }
    }

    @Test("a list that an earlier run of this node left is emptied at once, another node's is not")
    func leftList() async throws {
        try await withBroker { broker, client in
            for (robot, node) in [("r1", "n1"), ("r2", "n2")] {
                let old = try PeopleMessage(stamp: 1, node: node, people: ["old"]).encoded()
                try client.publish("robots/\(robot)/people", old, retained: true)
            }
            try await withNode(at: broker) { _ in try await client.people { $0.isEmpty } }
            try await withClient(port: broker.port) { late in
                try await late.people(of: "r2") { $0 == ["old"] }
            }
        }
    }

    @Test("user name and password from its file open a broker that asks for them")
    func password() async throws {
        let observers = try TestBroker.freePort()
        let folder = try TemporaryFolder()
        let passwordPath = try folder.write("password", "s3cret\n")
        try await withBroker(
            users: ["robot": "s3cret"],
            settings: ["listener \(observers) 127.0.0.1", "allow_anonymous true"]
        ) { broker in
            try await withNode(at: broker) {
                $0.broker.username = "robot"
                $0.broker.passwordFile = passwordPath
            } test: { node in
                try await withClient(port: observers) { client in
                    let info = try await client.first { $0.topic == "gaitd/n1/info" }
                    #expect(!String(decoding: info.payload, as: UTF8.self).contains("s3cret"))
                    #expect(node.lines.all.contains { $0.contains("chmod 600") })
                    #expect(!node.lines.all.contains { $0.contains("s3cret") })
                }
            }
        }
    }
}
