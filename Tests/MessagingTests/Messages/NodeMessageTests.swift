import Foundation
import Messaging
import Testing

/// What a node says about itself.
@Suite("State, info, people and health messages")
struct NodeMessageTests {
    @Test("the state is a retained message of quality 1", arguments: StateMessage.State.allCases)
    func state(_ state: StateMessage.State) throws {
        let message = StateMessage.message(state, topic: "gaitd/n1/state")
        #expect(message.retained && message.qualityOfService == .atLeastOnce)
        #expect(message.topic == "gaitd/n1/state")
        #expect(message.text == "{\"state\":\"\(state.rawValue)\"}")
        #expect(try StateMessage(decoding: message.payload) == StateMessage(state))
        #expect(try StateMessage(state).encoded() == message.payload)
    }

    @Test("people are a stamp and names")
    func people() throws {
        let message = PeopleMessage(stamp: 12.5, people: ["7", "front-1"])
        #expect(
            try JSONValue(decoding: message.encoded())
                == .object(["stamp": .number(12.5), "people": .array([.string("7"), .string("front-1")])]))
    }

    @Test("info carries a model card that this module knows nothing about")
    func info() throws {
        struct Card: Encodable {
            var name = "step-default"
            var labels = ["angry", "happy"]
            var measured: Double? = 0.5
        }
        let message = InfoMessage(
            node: "n1", version: "0.1.0", started: 1, model: try JSONValue(Card()),
            labels: ["angry", "happy"], configuration: .object(["mqtt.port": .number(1883)]),
            limits: ["maximum_people": 64])
        let payload = try message.encoded()
        #expect(try InfoMessage(decoding: payload) == message)
        #expect(String(decoding: payload, as: UTF8.self).contains("\"name\":\"step-default\""))
    }

    @Test("health has the names of the protocol, and nulls where nothing has been measured")
    func health() throws {
        var statistics = MQTTClient.Statistics()
        statistics.connected = true
        statistics.oversized = 2
        let message = HealthMessage(
            stamp: 100, uptime: 12, residentBytes: 50_000_000, cpu: 0.25, threads: 6,
            mqtt: .init(statistics),
            sources: [
                "r1/skeletons": .init(framesIn: 3, rate: 29.9, rejected: ["missing_id": 1], age: nil)
            ], people: 4, latency: ["total": .init(p50: 1.5)], inference: .init(batches: 2, windows: 5))
        let payload = try message.encoded()
        #expect(try HealthMessage(decoding: payload) == message)
        guard case .object(let fields) = try JSONValue(decoding: payload) else {
            Issue.record("no object")
            return
        }
        #expect(
            Set(fields.keys) == [
                "stamp", "uptime", "rss", "cpu", "threads", "mqtt", "sources", "people", "windows_kept",
                "history_evictions", "latency", "inference", "requests", "perception", "paused",
            ])
        #expect(
            fields["inference"]
                == (try value(#"{"batches":2,"windows":5,"mean_ms":null,"postponed":0}"#)))
        #expect(fields["latency"] == (try value(#"{"total":{"p50":1.5,"p95":null,"p99":null}}"#)))
        let source =
            #"{"frames_in":3,"rate":29.9,"dropped":{},"rejected":{"missing_id":1},"age":null}"#
        #expect(fields["sources"] == (try value("{\"r1/skeletons\":\(source)}")))
        let mqtt =
            #"{"connected":true,"reconnects":0,"received":0,"published":0,"queued":0,"#
            + #""dropped":{"oversized":2}}"#
        #expect(fields["mqtt"] == (try value(mqtt)))
    }

    private func value(_ text: String) throws -> JSONValue {
        try JSONValue(decoding: Array(text.utf8))
    }
}
