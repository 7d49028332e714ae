import Foundation
import Gait
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
        var walks = HealthMessage.Source()
        (walks.framesIn, walks.rate, walks.rejected) = (3, 29.9, ["missing_id": 1])
        var message = HealthMessage(mqtt: .init(statistics))
        (message.stamp, message.uptime, message.residentBytes) = (100, 12, 50_000_000)
        (message.cpu, message.threads, message.people) = (0.25, 6, 4)
        (message.sources, message.latency) = (["r1/skeletons": walks], ["total": .init(p50: 1.5)])
        (message.inference.batches, message.inference.windows) = (2, 5)
        message.inference.states.count(.uncertain)
        let payload = try message.encoded()
        #expect(try HealthMessage(decoding: payload) == message)
        let fields = try fields(of: payload)
        #expect(
            Set(fields.keys) == [
                "stamp", "uptime", "rss", "cpu", "threads", "mqtt", "sources", "people", "windows_kept",
                "history_evictions", "latency", "inference", "requests", "perception", "paused",
                "retention",
            ])
        let states = #"{"ok":0,"uncertain":1,"not_walking":0,"insufficient_data":0}"#
        #expect(
            fields["inference"]
                == (try value(
                    #"{"batches":2,"windows":5,"mean_ms":null,"postponed":0,"states":\#(states)}"#)))
        #expect(fields["latency"] == (try value(#"{"total":{"p50":1.5,"p95":null,"p99":null}}"#)))
        let source =
            #"{"frames_in":3,"repaired":0,"rate":29.9,"dropped":{},"rejected":{"missing_id":1},"unread":{},"age":null}"#
        #expect(fields["sources"] == (try value("{\"r1/skeletons\":\(source)}")))
        let mqtt =
            #"{"connected":true,"reconnects":0,"received":0,"published":0,"queued":0,"#
            + #""dropped":{"oversized":2}}"#
        #expect(fields["mqtt"] == (try value(mqtt)))
    }

    private func value(_ text: String) throws -> JSONValue { try JSONValue(decoding: Array(text.utf8)) }
}

/// The fields of an object; none of anything else.
private func fields(of payload: [UInt8]) throws -> [String: JSONValue] {
    if case .object(let fields) = try JSONValue(decoding: payload) { fields } else { [:] }
}

struct EmotionMessageTests {
    private func message(_ state: EmotionMessage.State) -> EmotionMessage {
        EmotionMessage(
            stamp: 1789.25, node: "n1", robot: "r1", person: "7", source: "skeletons", state: state,
            window: .init(start: 1786.75, end: 1789.25, frames: 75, coverage: 0.97),
            model: .init(name: "step", version: 3, sha256: "ab"), latencyMilliseconds: 4.2)
    }

    @Test("all fields of the protocol are there, null where there is no value")
    func nullsArePresent() throws {
        let fields = try fields(of: message(.insufficientData).encoded())
        #expect(
            Set(fields.keys) == [
                "schema", "stamp", "node", "robot", "person", "frame_id", "position", "source", "state",
                "reason", "emotion", "confidence", "probabilities", "valence", "arousal", "window", "model",
                "latency_ms",
            ])
        for name in ["frame_id", "position", "reason", "emotion", "confidence", "valence", "arousal"] {
            #expect(fields[name] == .null, "\(name)")
        }
        #expect(fields["state"] == .string("insufficient_data"))
        #expect(fields["schema"] == .number(1))
        #expect(fields["latency_ms"] == .number(4.2))
    }

    @Test("numbers are as short as they are meant")
    func shortNumbers() throws {
        var message = message(.ok)
        message.confidence = 0.81
        #expect(try String(decoding: message.encoded(), as: UTF8.self).contains("\"confidence\":0.81"))
    }

    @Test("an explanation is left out where there is none, null where it is empty, and comes back as it was")
    func explanation() throws {
        var message = message(.ok)
        #expect(try fields(of: message.encoded())["explanation"] == nil)
        message.explanation = []
        #expect(try fields(of: message.encoded())["explanation"] == .null)
        message.explanation = [.init(joint: "l_hand", share: 0.25), .init(joint: "head", share: 0.125)]
        #expect(
            try fields(of: message.encoded())["explanation"]
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

struct TopicsTests {
    private let topics: Topics

    init() throws { topics = try Topics(node: "n1") }

    @Test("published topics are those of the protocol")
    func published() {
        #expect(topics.emotion(robot: "r1", person: "7") == "robots/r1/people/7/emotion")
        #expect(topics.people(robot: "r1") == "robots/r1/people")
        #expect(topics.state == "gaitd/n1/state")
        #expect(topics.info == "gaitd/n1/info")
        #expect(topics.health == "gaitd/n1/health")
        #expect(topics.training == "gaitd/n1/training")
        #expect(topics.request("model/list") == "gaitd/n1/request/model/list")
        #expect(topics.response("label") == "gaitd/n1/response/label")
    }

    @Test(
        "skeleton topics are read back",
        arguments: [
            SkeletonSource(robot: "r1"), SkeletonSource(robot: "r-2.b", camera: "front_left"),
        ])
    func skeletons(source: SkeletonSource) {
        #expect(topics.parseSkeletons(topics.skeletons(source)) == source)
    }

    @Test(
        "other topics and names that are not allowed are no sources",
        arguments: [
            "robots/r1/skeleton", "robots/r1/people/7/emotion", "robots//skeletons", "robots/skeletons",
            "other/r1/skeletons", "robots/r1/cameras//skeletons", "robots/r1/camera/c/skeletons",
            "robots/r 1/skeletons", "robots/\u{FC}/skeletons", "robots/r1/cameras/c/d/skeletons", "",
            "robots/\(String(repeating: "a", count: 65))/skeletons",
        ])
    func notSkeletons(topic: String) {
        #expect(topics.parseSkeletons(topic) == nil)
    }

    @Test("emotion topics are read back")
    func emotion() throws {
        let parsed = try #require(topics.parseEmotion("robots/r1/people/front-7/emotion"))
        #expect(parsed == ("r1", "front-7"))
        #expect(topics.parseEmotion("robots/r1/people/7") == nil)
        #expect(topics.parseEmotion("robots/r1/person/7/emotion") == nil)
    }

    @Test("prefixes may have several levels")
    func prefixes() throws {
        let topics = try Topics(node: "n1", robots: "site/a/robots", nodes: "site/a/gaitd")
        #expect(topics.state == "site/a/gaitd/n1/state")
        #expect(
            topics.skeletonFilters() == [
                "site/a/robots/+/skeletons", "site/a/robots/+/cameras/+/skeletons",
            ])
        #expect(topics.parseSkeletons("site/a/robots/r1/skeletons") == SkeletonSource(robot: "r1"))
        #expect(topics.parseSkeletons("robots/r1/skeletons") == nil)
    }

    @Test(
        "names and prefixes that could change a topic are refused", arguments: ["", "a/b", "+", "#", "a b"])
    func invalidNames(name: String) {
        #expect(!Topics.isValidName(name))
        #expect(throws: MessagingError.invalidName(kind: "node", value: name)) { try Topics(node: name) }
        if name != "a/b" {
            #expect(throws: MessagingError.self) { try Topics(node: "n", robots: name) }
        }
    }

    @Test(
        "a valid name is made for any text",
        arguments: [("a b", "a_b"), ("ä", "_"), ("", "_"), ("x-2", "x-2")])
    func validNames(text: String, name: String) {
        #expect(Topics.validName(for: text) == name)
        #expect(Topics.isValidName(Topics.validName(for: text + String(repeating: "k", count: 99))))
    }

    @Test("a source without a camera is named after its topic")
    func name() {
        #expect(SkeletonSource(robot: "r1").name == "skeletons")
        #expect(SkeletonSource(robot: "r1", camera: "front").name == "front")
    }
}
