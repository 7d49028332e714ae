import Foundation
import Messaging
import Testing

@Suite("Emotion message")
struct EmotionMessageTests {
    private func message(_ state: EmotionMessage.State) -> EmotionMessage {
        EmotionMessage(
            stamp: 1789.25, node: "n1", robot: "r1", person: "7", source: "skeletons", state: state,
            window: .init(start: 1786.75, end: 1789.25, frames: 75, coverage: 0.97),
            model: .init(name: "step", version: 3, sha256: "ab"), latencyMilliseconds: 4.2)
    }

    private func fields(_ message: EmotionMessage) throws -> [String: JSONValue] {
        guard case .object(let fields) = try JSONValue(decoding: message.encoded()) else { return [:] }
        return fields
    }

    @Test("all fields of the protocol are there, null where there is no value")
    func nullsArePresent() throws {
        let fields = try fields(message(.insufficientData))
        #expect(
            Set(fields.keys) == [
                "schema", "stamp", "node", "robot", "person", "frame_id", "position", "source", "state",
                "emotion", "confidence", "probabilities", "valence", "arousal", "window", "model",
                "latency_ms",
            ])
        for name in ["frame_id", "position", "emotion", "confidence", "probabilities", "valence", "arousal"] {
            #expect(fields[name] == .null, "\(name)")
        }
        #expect(fields["state"] == .string("insufficient_data"))
        #expect(fields["schema"] == .number(1))
        #expect(fields["latency_ms"] == .number(4.2))
    }

    @Test("a message comes back as it was, numbers as short as they are meant")
    func roundTrip() throws {
        var message = message(.ok)
        message.frameID = "odom"
        message.position = [1.5, 0.9, -2]
        message.emotion = "happy"
        message.confidence = 0.81
        message.probabilities = ["happy": 0.81, "sad": 0.19]
        message.valence = 0.5
        message.arousal = -0.25
        let payload = try message.encoded()
        #expect(try EmotionMessage(decoding: payload) == message)
        #expect(String(decoding: payload, as: UTF8.self).contains("\"confidence\":0.81"))
    }

    @Test("an explanation is left out where there is none, null where it is empty, and comes back as it was")
    func explanation() throws {
        var message = message(.ok)
        #expect(try fields(message)["explanation"] == nil)
        message.explanation = []
        #expect(try fields(message)["explanation"] == .null)
        message.explanation = [.init(joint: "l_hand", share: 0.25), .init(joint: "head", share: 0.125)]
        #expect(
            try fields(message)["explanation"]
                == .array([
                    .object(["joint": .string("l_hand"), "share": .number(0.25)]),
                    .object(["joint": .string("head"), "share": .number(0.125)]),
                ]))
        #expect(try EmotionMessage(decoding: message.encoded()) == message)
    }

    @Test("a message of every state reads back as it was, with odd text and numbers")
    func oddValues() throws {
        for (index, state) in EmotionMessage.State.allCases.enumerated() {
            var message = message(state)
            #expect(try EmotionMessage(decoding: message.encoded()) == message)
            message.stamp = 1_763_948_228.123456
            message.person = "a.b-\(index)"
            message.frameID = "od\"om\\ \u{7}\n ü"
            message.position = [-0.0, 1e-7, 123.456]
            message.emotion = index == 0 ? nil : "sad"
            message.confidence = 0.1
            message.probabilities = index == 1 ? [:] : ["angry": 1e-8, "sad": 0.99999994]
            message.valence = -0.63
            message.arousal = 0
            message.window = index == 2 ? nil : message.window
            message.latencyMilliseconds = 1.0 / 3
            message.explanation = index == 3 ? nil : [.init(joint: "l_hand", share: 0.31)]
            #expect(try EmotionMessage(decoding: message.encoded()) == message)
        }
    }

    @Test("a number that is not finite cannot be published")
    func finite() {
        var message = message(.ok)
        message.confidence = .nan
        #expect(throws: MessagingError.self) { try message.encoded() }
    }
}

extension JSONValue {
    init(decoding payload: [UInt8]) throws {
        self = try JSONDecoder().decode(JSONValue.self, from: Data(payload))
    }
}
