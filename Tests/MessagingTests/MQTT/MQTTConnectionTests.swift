import Foundation
import Messaging
import Synchronization
import TestSupport
import Testing

/// Brokers that are late, go away, refuse or never answer.
@Suite("MQTT connection", .serialized, .broker)
struct MQTTConnectionTests {
    @Test("a client started without a broker connects when it appears")
    func brokerAppears() throws {
        try withBroker(started: false) { broker in
            let client = try ClientUnderTest(port: broker.port, name: "client")
            try client.client.subscribe("t")
            #expect(client.event { if case .unreachable = $0 { true } else { false } } != nil)
            try client.client.publish(MQTTMessage("t", "waited"))
            try broker.start()
            #expect(client.event { $0 == .connected(protocolVersion: 5) } != nil)
            #expect(client.message()?.text == "waited")
            #expect(client.client.statistics.reconnects == 0)
        }
    }

    @Test("after the broker restarts, the client is back with its subscriptions", arguments: [true, false])
    func brokerRestarts(cleanly: Bool) throws {
        try withBroker { broker in
            let client = try ClientUnderTest(port: broker.port, name: "client")
            try client.client.subscribe("one")
            try client.client.subscribe("two", qualityOfService: .atLeastOnce)
            #expect(client.event() == .connected(protocolVersion: 5))
            if cleanly { broker.stop() } else { broker.kill() }
            #expect(client.event { if case .lost = $0 { true } else { false } } != nil)
            #expect(!client.client.statistics.connected)
            try broker.start()
            #expect(client.event { $0 == .connected(protocolVersion: 5) } != nil)
            #expect(client.client.statistics.reconnects == 1)
            let sender = try ClientUnderTest(port: broker.port, name: "sender")
            #expect(sender.client.waitUntilConnected(seconds: 10))
            try sender.client.publish(MQTTMessage("one", "1"))
            try sender.client.publish(MQTTMessage("two", "2"))
            #expect(client.message()?.text == "1")
            #expect(client.message()?.text == "2")
        }
    }

    @Test("messages under way when the broker is killed are all acknowledged by the next one")
    func inFlightSurvivesRestart() throws {
        try withBroker { broker in
            let client = try ClientUnderTest(port: broker.port, name: "client") {
                $0.maximumQueuedMessages = 5000
            }
            #expect(client.client.waitUntilConnected(seconds: 10))
            for index in 0..<4000 { try client.client.publish(MQTTMessage("t", "\(index)")) }
            #expect(client.statistics { $0.published > 100 })
            broker.kill()
            try broker.start()
            #expect(client.statistics { $0.connected && $0.queued == 0 })
            #expect(client.client.statistics.published >= 4000)
            #expect(client.client.statistics.dropped == 0)
            #expect(client.client.stop(deadline: 5))
        }
    }

    @Test("room in the queue comes with the broker's acknowledgments")
    func room() throws {
        try withBroker(started: false) { broker in
            let client = try ClientUnderTest(port: broker.port, name: "client")
            for index in 0..<100 { try client.client.publish(MQTTMessage("t", "\(index)")) }
            #expect(!client.client.waitUntilQueued(atMost: 50, seconds: 0.01))
            try broker.start()
            #expect(client.client.waitUntilQueued(atMost: 50, seconds: 20))
        }
    }

    @Test("the outgoing queue is bounded: the oldest messages are dropped and counted")
    func boundedQueue() throws {
        try withBroker(started: false) { broker in
            let client = try ClientUnderTest(port: broker.port, name: "client") {
                $0.maximumQueuedMessages = 10
            }
            try client.client.subscribe("t")
            #expect(client.event { if case .unreachable = $0 { true } else { false } } != nil)
            for index in 0..<25 { try client.client.publish(MQTTMessage("t", "\(index)")) }
            #expect(client.client.statistics.queued == 10)
            #expect(client.client.statistics.droppedQueueFull == 15)
            try client.client.publish(MQTTMessage("t", "of quality 0", .atMostOnce))
            #expect(client.client.statistics.droppedUnconnected == 1)
            try broker.start()
            let texts = (0..<10).map { _ in client.message()?.text }
            #expect(texts == (15..<25).map { "\($0)" })
            #expect(client.statistics { $0.queued == 0 && $0.published == 10 })
        }
    }

    @Test("a message that has expired in the queue is not sent")
    func expiredInQueue() throws {
        try withBroker(started: false) { broker in
            let client = try ClientUnderTest(port: broker.port, name: "client")
            try client.client.subscribe("#")
            var message = MQTTMessage("expired", "")
            message.expirySeconds = 0
            try client.client.publish(message)
            try client.client.publish(MQTTMessage("end", ""))
            try broker.start()
            #expect(client.messages(upTo: "end").map(\.topic) == ["end"])
            #expect(client.client.statistics.droppedExpired == 1)
        }
    }

    @Test("a wrong password is reported as a refusal, the right one connects")
    func password() throws {
        try withBroker(users: ["gaitd": "right"]) { broker in
            let wrong = try ClientUnderTest(port: broker.port, name: "wrong") {
                $0.username = "gaitd"
                $0.password = "wrong"
            }
            let event = wrong.event()
            guard case .refused(let code, let reason) = event else {
                Issue.record("expected a refusal, found \(String(describing: event))")
                return
            }
            #expect(code == 0x86 || code == 0x87)
            #expect(reason.lowercased().contains("authori"))
            #expect(event?.description.contains("password") == true)
            #expect(wrong.event { if case .refused = $0 { true } else { false } } != nil)
            let right = try ClientUnderTest(port: broker.port, name: "right") {
                $0.username = "gaitd"
                $0.password = "right"
            }
            #expect(right.event() == .connected(protocolVersion: 5))
            #expect(!wrong.client.statistics.connected)
        }
    }

    @Test("a broker that speaks no MQTT 5 is asked for 3.1.1")
    func fallsBack() throws {
        let listener = try #require(LoopbackSocket.listening())
        let levels = Mutex<[UInt8]>([])
        let client = try ClientUnderTest(port: listener.port, name: "client") {
            $0.will = MQTTMessage("t", "gone")
            $0.will?.expirySeconds = 5
        }
        // CONNECT's ninth byte is the protocol level; the answers are MQTT 3.1.1's CONNACK.
        var connections: [LoopbackSocket] = []
        for answer: UInt8 in [1, 0] {
            let connection = try #require(listener.accepted())
            let packet = connection.received()
            levels.withLock { $0.append(packet.count > 8 ? packet[8] : 0) }
            connection.send([0x20, 0x02, 0x00, answer])
            connections.append(connection)
        }
        #expect(client.event() == .connected(protocolVersion: 4))
        #expect(levels.withLock { $0 } == [5, 4])
        #expect(client.client.statistics.protocolVersion == 4)
    }

    @Test("a stop takes effect while there is no broker")
    func stopsWithoutBroker() throws {
        let client = try ClientUnderTest(port: TestBroker.freePort(), name: "client") {
            $0.firstRetrySeconds = 30
        }
        #expect(client.event { if case .unreachable = $0 { true } else { false } } != nil)
        try client.client.publish(MQTTMessage("t", "never sent"))
        #expect(!client.client.stop(deadline: 2))
        #expect(client.client.statistics.abandoned == 1)
    }

    @Test("a stop takes effect while the broker does not answer")
    func stopsWhileConnecting() throws {
        let silent = try #require(LoopbackSocket.listening())
        let client = try ClientUnderTest(port: silent.port, name: "client")
        let connection = try #require(silent.accepted())
        #expect(!connection.received().isEmpty)
        #expect(client.client.stop(deadline: 2))
        // The other end sees it go.
        #expect(connection.received().isEmpty)
    }

    @Test("a broker that accepts and says nothing is given up")
    func givesUpSilentBroker() throws {
        let silent = try #require(LoopbackSocket.listening())
        let client = try ClientUnderTest(port: silent.port, name: "client") {
            $0.connectTimeoutSeconds = 0.05
        }
        let event = client.event()
        let isSilence =
            if case .unreachable(let reason)? = event { reason.contains("no answer") } else { false }
        #expect(isSilence, "\(String(describing: event))")
    }

    @Test("a broker slow to accept is waited for, or tried again until it accepts", arguments: [10, 0.3])
    func slowBroker(timeout: Double) throws {
        try withBroker { broker in
            broker.hang()
            let client = try ClientUnderTest(port: broker.port, name: "client") {
                $0.connectTimeoutSeconds = timeout
            }
            try client.client.subscribe("t")
            try client.client.publish(MQTTMessage("t", "waited"))
            if timeout < 1 {
                #expect(client.event { if case .unreachable = $0 { true } else { false } } != nil)
            }
            broker.resume()
            #expect(client.event { $0 == .connected(protocolVersion: 5) } != nil)
            // Attempts that were given up lie in the broker's way, and may throw the client out once more.
            #expect(client.message()?.text == "waited")
            #expect(client.statistics { $0.connected && $0.queued == 0 })
        }
    }

    @Test("a client that another of its name has thrown out says so, and lets it be for a while")
    func takenOver() throws {
        let broker = try #require(LoopbackSocket.listening())
        let client = try ClientUnderTest(port: broker.port, name: "same") { $0.longestRetrySeconds = 600 }
        let connection = try #require(broker.accepted())
        #expect(!connection.received().isEmpty)
        // MQTT 5's CONNACK, and its DISCONNECT with the reason "session taken over".
        connection.send([0x20, 0x03, 0x00, 0x00, 0x00])
        #expect(client.event() == .connected(protocolVersion: 5))
        connection.send([0xE0, 0x02, 0x8E, 0x00])
        guard case .lost(let reason)? = client.event() else {
            Issue.record("the client was not thrown out")
            return
        }
        #expect(reason.contains("another client has the name same"), "\(reason)")
        #expect(!client.client.statistics.connected)
    }

    @Test("a message over the broker's packet limit is kept back and reported once for its topic")
    func packetLimit() throws {
        try withBroker(settings: ["max_packet_size 1500"]) { broker in
            let client = try ClientUnderTest(port: broker.port, name: "client")
            #expect(client.event() == .connected(protocolVersion: 5))
            let large = String(repeating: "x", count: 2000)
            for topic in ["large", "large", "small", "other"] {
                try client.client.publish(MQTTMessage(topic, topic == "small" ? "" : large))
            }
            #expect(client.event() == .publicationTooLarge(topic: "large", bytes: 2000, limit: 1500))
            let event = client.event()
            #expect(event == .publicationTooLarge(topic: "other", bytes: 2000, limit: 1500))
            let text = event?.description ?? ""
            #expect(["'other'", "2000 bytes", "1500 bytes"].allSatisfy(text.contains), "\(text)")
            #expect(client.statistics { $0.refused == 3 && $0.published == 1 })
        }
    }

    @Test(
        "a broker without retained messages, or without quality 1, is used for what it offers, and this is said",
        arguments: [
            ("retain_available false", BrokerLimit.retainedMessages), ("max_qos 0", .acknowledgements),
        ])
    func limitedBroker(setting: String, limit: BrokerLimit) throws {
        try withBroker(settings: [setting]) { broker in
            let client = try ClientUnderTest(port: broker.port, name: "client") {
                $0.will = MQTTMessage("will", "gone", retained: true)
            }
            #expect(client.event() == .connected(protocolVersion: 5))
            #expect(client.event() == .limited(limit))
            try client.client.subscribe("#", qualityOfService: .atLeastOnce)
            try client.client.publish(MQTTMessage("t", "said", retained: true))
            #expect(client.message()?.text == "said")
            #expect(client.statistics { $0.published == 1 && $0.queued == 0 && $0.refused == 0 })
            #expect(client.client.stop(deadline: 5))
        }
    }

    @Test("the port of a web server is named as that")
    func webServer() throws {
        let server = try #require(LoopbackSocket.listening())
        let client = try ClientUnderTest(port: server.port, name: "client")
        // As a WebSocket port does: the first bytes are no request, and it closes.
        var connection = server.accepted()
        #expect(connection?.received().first == 0x10)
        connection = nil
        let probe = try #require(server.accepted())
        #expect(String(decoding: probe.received(), as: UTF8.self).hasPrefix("GET / HTTP/1.1\r\n"))
        probe.send(Array("HTTP/1.1 404 Not Found\r\n\r\n".utf8))
        let event = client.event()
        #expect(event == .webServer(port: server.port))
        #expect(event?.description.contains("WebSocket") == true)
    }

    @Test("a name that does not resolve is reported")
    func unknownHost() throws {
        let client = try ClientUnderTest(port: 1883, name: "client") { $0.host = "no-such-host.invalid" }
        #expect(client.event { if case .unreachable = $0 { true } else { false } } != nil)
    }

    @Test(
        "a subscription that the broker refuses is reported by its filter",
        .enabled(if: dynamicSecurity != nil, "needs mosquitto's plugin for dynamic security"))
    func refusedSubscription() throws {
        let folder = try TemporaryFolder()
        let rules = try folder.write(
            "rules.json",
            """
            {"defaultACLAccess": {"publishClientSend": true, "publishClientReceive": true, "subscribe": false,
             "unsubscribe": true}, "clients": [], "groups": [], "roles": []}
            """)
        let plugin = try #require(dynamicSecurity)
        try withBroker(settings: ["plugin \(plugin)", "plugin_opt_config_file \(rules)"]) { broker in
            let client = try ClientUnderTest(port: broker.port, name: "client")
            try client.client.subscribe("secret/+")
            let event = client.event { if case .subscriptionRefused = $0 { true } else { false } }
            guard case .subscriptionRefused("secret/+", let reason)? = event else {
                Issue.record("\(String(describing: event))")
                return
            }
            #expect(reason.lowercased().contains("authori"))
            #expect(event?.description.contains("access list") == true)
        }
    }
}

/// Mosquitto's plugin that refuses subscriptions; its access file only keeps messages back.
private let dynamicSecurity = ["x86_64", "aarch64"].map {
    "/usr/lib/\($0)-linux-gnu/mosquitto_dynamic_security.so"
}.first { FileManager.default.fileExists(atPath: $0) }
