import Messaging
import TestSupport
import Testing

@testable import GaitNode

@Suite("Requests at a real broker")
struct RequestTests {
    @Test("health and info are answered with what the node says of itself")
    func reports() async throws {
        try await withNode { _, client in
            let info = try await client.ask("info", #"{"transaction": "t"}"#)
            #expect(info.status == .ok && info.transaction == .string("t") && info.error == nil)
            #expect(info.data?["node"] == .string("n1"))
            let health = try await client.ask("health", "")
            #expect(health.data?["uptime"]?.number != nil)
            #expect(health.data?["requests"]?["received"]?.number ?? 0 >= 0)
        }
    }

    @Test("what cannot be executed is answered with what was wrong")
    func refusals() async throws {
        try await withNode { _, client in
            for (command, json, error) in [
                ("dance", "{}", "unknown_command"), ("model/destroy", "{}", "unknown_command"),
                ("health", "[1]", "invalid_request"), ("health", "{", "invalid_request"),
                ("health", #"{"transaction": {}}"#, "invalid_request"), ("label", "{}", "invalid_request"),
                ("label", #"{"emotion": "happy", "robot": 1, "person": "7"}"#, "invalid_request"),
                ("label", #"{"emotion": "hungry", "robot": "r1", "person": "7"}"#, "unknown_emotion"),
                ("label", #"{"emotion": "happy", "robot": "r1", "person": "7"}"#, "no_store"),
                ("labels", "{}", "invalid_request"), ("forget", #"{"person": "7"}"#, "no_store"),
                ("retrain", #"{"epochs": 0}"#, "invalid_request"),
                ("retrain", #"{"activate": "x"}"#, "invalid_request"), ("retrain", "{}", "no_store"),
                ("retrain/cancel", "{}", "no_job"), ("model/list", "{}", "no_registry"),
                ("model/activate", "{}", "invalid_request"),
                ("model/activate", #"{"version": 1}"#, "no_registry"),
            ] {
                let answer = try await client.ask(command, json)
                #expect(answer.status == .error && answer.error == error, "\(answer)")
                #expect(answer.message?.isEmpty == false)
            }
        }
    }

    @Test("a response topic is answered too, with the correlation data; not a topic of nodes or robots")
    func responseTopic() async throws {
        try await withNode { _, client in
            let data: [UInt8] = [0, 1, 255]
            func ask(on topic: String) throws {
                try client.publish(
                    MQTTMessage(
                        topic: "gaitd/n1/request/info", payload: [], qualityOfService: .atLeastOnce,
                        responseTopic: topic,
                        correlationData: data))
            }
            try ask(on: "answers/here")
            let there = try await client.first { $0.topic == "answers/here" }
            #expect(there.correlationData == data && !there.retained)
            let own = try await client.first { $0.topic == "gaitd/n1/response/info" }
            #expect(own.payload == there.payload)
            let refused = [
                "gaitd/n1/state", "robots/r1/people", "$SYS/x", "gaitd/n1/request/info", "gaitd/n2/state",
                "gaitd/n2/response/info",
            ]
            for topic in refused { try ask(on: topic) }
            try await client.health(from: client.messages.count) {
                $0.requests.errors["response_topic"] == refused.count
            }
            #expect(
                !client.messages.contains {
                    ["$SYS/x", "robots/r1/people", "gaitd/n2/state"].contains($0.topic)
                })
        }
    }

    @Test("a transaction is executed once and answered twice; with another request it is refused")
    func transactions() async throws {
        try await withNode { _, client in
            let first = try await client.ask("health", #"{"transaction": 7}"#)
            // The next health message differs from the one that was answered with.
            try await client.health(from: client.messages.count)
            let second = try await client.ask("health", #"{"transaction": 7}"#)
            #expect(first == second)
            let other = try await client.ask("info", #"{"transaction": 7}"#)
            #expect(other.error == "transaction_reused" && other.transaction == .number(7))
        }
    }

    @Test("a flood is answered request by request, and what finds no room is told so")
    func flood() async throws {
        try await withNode(settings: ["max_queued_messages 0", "max_inflight_messages 0"]) { _, client in
            let count = 3000
            for index in 0..<count {
                try client.publish("gaitd/n1/request/dance", #"{"transaction": \#(index)}"#)
            }
            try await client.health { $0.requests.received == count && $0.requests.answered == count }
            let answers = client.messages.filter { $0.topic == "gaitd/n1/response/dance" }
                .compactMap { try? ResponseMessage(decoding: $0.payload) }
            #expect(Set(answers.compactMap { $0.transaction?.number }).count == count)
            #expect(answers.allSatisfy { $0.error == "unknown_command" || $0.error == "busy" })
        }
    }

    @Test("requests that are too large, or retained, are answered and not executed")
    func unusual() async throws {
        try await withNode { _, client in
            let large = try await client.ask(
                "info", "{\"a\":\"" + String(repeating: "x", count: 300 << 10) + "\"}")
            #expect(large.error == "payload_too_large")
        }
        try await withBroker { broker, client in
            try client.publish("gaitd/n1/request/health", "{}", retained: true)
            _ = try await client.first { $0.topic == "gaitd/n1/request/health" }
            try await withNode(at: broker) { _ in
                let retained = try await client.first(ResponseMessage.self, on: "gaitd/n1/response/health")
                #expect(retained.error == "invalid_request")
            }
        }
    }
}
