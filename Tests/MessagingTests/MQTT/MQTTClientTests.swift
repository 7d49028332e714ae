import Foundation
import Messaging
import TestSupport
import Testing

/// With a real broker, each test with one of its own.
@Suite("MQTT client", .serialized, .broker)
struct MQTTClientTests {
    @Test(
        "a message arrives with payload, properties and arrival",
        arguments: [
            MQTTMessage.QualityOfService.atMostOnce, .atLeastOnce,
        ])
    func roundTrip(quality: MQTTMessage.QualityOfService) throws {
        try withBroker { broker in
            let receiver = try ClientUnderTest(port: broker.port, name: "receiver")
            let sender = try ClientUnderTest(port: broker.port, name: "sender")
            try receiver.client.subscribe("robots/+/skeletons", qualityOfService: .atLeastOnce)
            #expect(receiver.event() == .connected(protocolVersion: 5))
            #expect(sender.event() == .connected(protocolVersion: 5))
            // The receiver's own message tells that its subscription stands.
            try receiver.client.publish(MQTTMessage("robots/probe/skeletons", "", .atLeastOnce))
            #expect(receiver.message()?.topic == "robots/probe/skeletons")

            let before = Arrival.now()
            var sent = MQTTMessage("robots/r1/skeletons", "{\"a\":1}", quality)
            sent.userProperties = [
                .init(name: "stamp", value: "12.5"), .init(name: "frame_id", value: "odom"),
            ]
            sent.expirySeconds = 30
            try sender.client.publish(sent)
            let received = try #require(receiver.message())
            #expect(received.topic == sent.topic)
            #expect(received.payload == sent.payload)
            #expect(received.qualityOfService == quality)
            #expect(received.userProperties == sent.userProperties)
            #expect(received.userProperty("stamp") == "12.5")
            #expect(try #require(received.expirySeconds) <= 30)
            #expect(!received.retained)
            let arrival = try #require(received.arrival)
            #expect(arrival.monotonic >= before.monotonic)
            #expect(abs(arrival.wallClock - before.wallClock) < 10)
            #expect(sender.statistics { $0.published == 1 && $0.queued == 0 })
            #expect(receiver.client.statistics.received == 2)
        }
    }

    @Test("a retained message reaches who comes later, and is cleared by an empty one")
    func retained() throws {
        try withBroker { broker in
            let sender = try ClientUnderTest(port: broker.port, name: "sender")
            try sender.client.publish(MQTTMessage("a/state", "online", retained: true))
            try sender.client.publish(MQTTMessage("a/other", "other", retained: true))
            try sender.client.publish(.clearing("a/other"))
            #expect(sender.statistics { $0.published == 3 })
            let late = try ClientUnderTest(port: broker.port, name: "late")
            try late.client.subscribe("a/#")
            try late.client.publish(MQTTMessage("a/end", ""))
            let messages = late.messages(upTo: "a/end")
            #expect(messages.map(\.topic) == ["a/state", "a/end"])
            #expect(messages.first?.retained == true)
        }
    }

    @Test("the will is published when the client vanishes, and not after a clean stop")
    func will() throws {
        try withBroker { broker in
            let watcher = try ClientUnderTest(port: broker.port, name: "watcher")
            try watcher.client.subscribe("node/state", qualityOfService: .atLeastOnce)
            try watcher.client.publish(MQTTMessage("node/state", "watched"))
            #expect(watcher.message()?.text == "watched")

            let others = LoopbackSocket.connected(to: broker.port)
            let node = try ClientUnderTest(port: broker.port, name: "node") {
                $0.will = MQTTMessage("node/state", "offline", retained: true)
            }
            #expect(node.client.waitUntilConnected(seconds: 10))
            let sockets = LoopbackSocket.connected(to: broker.port).subtracting(others)
            #expect(sockets.count == 1)
            for socket in sockets { shutdown(socket, Int32(SHUT_RDWR)) }
            #expect(watcher.message()?.text == "offline")
            #expect(node.event { if case .lost = $0 { true } else { false } } != nil)
            #expect(node.event() == .connected(protocolVersion: 5))

            try node.client.publish(MQTTMessage("node/state", "stopped"))
            #expect(node.client.stop(deadline: 5))
            try watcher.client.publish(MQTTMessage("node/state", "end"))
            #expect(watcher.message()?.text == "stopped")
            #expect(watcher.message()?.text == "end")
        }
    }

    @Test("a clean stop during a stream of messages does not set off the will")
    func stopAmidStream() throws {
        try withBroker { broker in
            let watcher = try ClientUnderTest(port: broker.port, name: "watcher")
            try watcher.client.subscribe("node/state", qualityOfService: .atLeastOnce)
            let sender = try ClientUnderTest(port: broker.port, name: "sender") {
                $0.maximumQueuedMessages = 100_000
            }
            #expect(sender.client.waitUntilConnected(seconds: 10))
            let node = try ClientUnderTest(port: broker.port, name: "node") {
                $0.will = MQTTMessage("node/state", "offline")
            }
            try node.client.subscribe("stream")
            let payload = [UInt8](repeating: 32, count: 20_000)
            for _ in 0..<2000 { try sender.client.publish(MQTTMessage(topic: "stream", payload: payload)) }
            #expect(node.message()?.topic == "stream")
            #expect(node.client.stop(deadline: 5))
            #expect(node.event { $0 == .disconnected } != nil)
            try watcher.client.publish(MQTTMessage("node/state", "end"))
            #expect(watcher.messages(upTo: "node/state").map(\.text) == ["end"])
        }
    }

    @Test("a payload over the bound is counted and not handed on, and the next one is")
    func oversized() throws {
        try withBroker { broker in
            let receiver = try ClientUnderTest(port: broker.port, name: "receiver") {
                $0.maximumPayloadBytes = 1000
            }
            try receiver.client.subscribe("t")
            #expect(receiver.client.waitUntilConnected(seconds: 10))
            try receiver.client.publish(
                MQTTMessage(topic: "t", payload: [UInt8](repeating: 1, count: 5_000_000)))
            try receiver.client.publish(MQTTMessage(topic: "t", payload: [UInt8](repeating: 2, count: 1000)))
            #expect(receiver.message()?.payload.first == 2)
            #expect(receiver.client.statistics.oversized == 1)
            #expect(receiver.client.statistics.received == 1)
        }
    }

    @Test("a client that takes no messages of its own is sent none")
    func excludingOwn() throws {
        try withBroker { broker in
            let client = try ClientUnderTest(port: broker.port, name: "client")
            try client.client.subscribe("t", excludingOwn: true)
            try client.client.subscribe("end")
            #expect(client.client.waitUntilConnected(seconds: 10))
            try client.client.publish(MQTTMessage("t", "own"))
            try client.client.publish(MQTTMessage("end", ""))
            #expect(client.messages(upTo: "end").map(\.topic) == ["end"])
        }
    }

    @Test("after unsubscribing nothing arrives any more")
    func unsubscribe() throws {
        try withBroker { broker in
            let client = try ClientUnderTest(port: broker.port, name: "client")
            try client.client.subscribe("t")
            try client.client.subscribe("end")
            #expect(client.client.waitUntilConnected(seconds: 10))
            try client.client.publish(MQTTMessage("t", "1"))
            #expect(client.message()?.text == "1")
            client.client.unsubscribe("t")
            try client.client.publish(MQTTMessage("t", "2"))
            try client.client.publish(MQTTMessage("end", ""))
            #expect(client.messages(upTo: "end").map(\.topic) == ["end"])
        }
    }

    @Test("what cannot be published or subscribed to is refused at once")
    func refusesBadTopics() throws {
        let client = try ClientUnderTest(port: 1, name: "client", started: false).client
        #expect(throws: MessagingError.invalidTopic("a/+")) { try client.publish(MQTTMessage("a/+", "")) }
        #expect(throws: MessagingError.invalidTopic("")) { try client.publish(MQTTMessage("", "")) }
        #expect(throws: MessagingError.invalidFilter("a/#/b")) { try client.subscribe("a/#/b") }
        client.stop(deadline: 0)
        #expect(throws: MessagingError.stopped) { try client.publish(MQTTMessage("a", "")) }
        #expect(throws: MessagingError.stopped) { try client.start() }
    }

    @Test("a client is started once")
    func startsOnce() throws {
        let client = try ClientUnderTest(port: 1, name: "client")
        #expect(throws: MessagingError.alreadyStarted) { try client.client.start() }
    }
}
