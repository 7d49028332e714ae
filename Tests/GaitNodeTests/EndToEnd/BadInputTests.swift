import Foundation
import Gait
import Messaging
import TestSupport
import Testing

@testable import GaitNode

@Suite("Bad input over a real broker")
struct BadInputTests {
    private static let joints =
        "[[1,1,1]," + (1..<16).map { "[1,1,1.0\($0)]" }.joined(separator: ",") + "]"

    /// A message with one body of this id and these joints.
    private static func message(id: String = "\"9\"", joints: String = joints, rest: String = "") -> String {
        #"{"layout":"step16",\#(rest)"bodies":[{"id":\#(id),"joints":\#(joints)}]}"#
    }

    /// Payloads, each with the reason under which it is to be counted.
    static let rejected: [(name: String, payload: String, reason: RejectionReason)] = [
        ("truncated", String(message().dropLast(5)), .malformedJSON),
        ("empty", "", .malformedJSON),
        ("not JSON", "walk", .malformedJSON),
        ("an array", "[1]", .notAnObject),
        (
            "NaN", message(joints: joints.replacing("[1,1,1]", with: "[NaN,0,0]", maxReplacements: 1)),
            .malformedJSON
        ),
        ("deep", String(repeating: "[", count: 5000), .nestedTooDeeply),
        ("stamp of another type", message(rest: #""stamp":"now","#), .illTypedField),
        ("no layout", #"{"bodies":[]}"#, .missingLayout),
        ("unknown layout", #"{"layout":"octopus8","bodies":[]}"#, .unknownLayout),
        ("no bodies", #"{"layout":"step16"}"#, .missingBodies),
        ("bodies of another type", #"{"layout":"step16","bodies":7}"#, .illTypedField),
        (
            "10,000 bodies",
            #"{"layout":"step16","bodies":[\#(String(repeating: "{},", count: 9999))\#("{}")]}"#,
            .tooManyBodies
        ),
        (
            "1e30", message(joints: joints.replacing("[1,1,1]", with: "[1e30,1,1]", maxReplacements: 1)),
            .implausibleCoordinate
        ),
        ("id with a slash", message(id: #""a/b""#), .invalidID),
        ("id with a plus", message(id: #""+""#), .invalidID),
        ("id with a hash", message(id: ##""#""##), .invalidID),
        ("missing joints", message(joints: "[[1,1,1]]"), .wrongJointCount),
        ("joints of another type", message(joints: #"{"a":1}"#), .illTypedJoints),
        (
            "a body without an id",
            #"{"layout":"step16","origin":"root","bodies":[{"joints":\#(joints)},7]}"#, .missingID
        ),
        ("a body that is none", #"{"layout":"step16","bodies":[7]}"#, .illTypedBody),
        (
            "joints of two coordinates",
            message(joints: joints.replacing("[1,1,1]", with: "[1,1]")), .twoDimensionalLayout
        ),
        ("a body without a torso", message(), .implausibleGeometry),
        ("pixels without a picture", message(rest: #""units":"px","#), .mismatchedUnits),
        ("a picture without a size", message(rest: #""origin":"image","#), .missingImage),
        (
            "a picture of no width",
            message(rest: #""origin":"image","image":{"width":0,"height":480},"#), .invalidImage
        ),
        ("a negative stamp", message(rest: #""stamp":-1,"#), .invalidStamp),
    ]

    @Test("each kind is counted by its reason in health, and other people's emotions go on")
    func rejections() async throws {
        try await withNode(personTimeout: 60) { node, client in
            client.walk("7", robot: "good")
            for (_, payload, _) in Self.rejected { try client.publish("robots/bad/skeletons", payload) }
            try client.publish("robots/bad/skeletons", [UInt8](repeating: 0x20, count: 5 << 20))
            try client.publish("robots/b d/skeletons", Self.message())

            var expected: [String: Int] = [:]
            for (_, _, reason) in Self.rejected { expected[reason.rawValue, default: 0] += 1 }
            // The body beside the one without an id.
            expected[RejectionReason.illTypedBody.rawValue, default: 0] += 1
            expected[RejectionReason.payloadTooLarge.rawValue, default: 0] += 1
            let counts = expected
            let health = try await client.health { health in
                health.mqtt.dropped["oversized"] == 1 && health.sources["other"] != nil
                    && health.sources["good/skeletons"] != nil
                    && (health.sources["bad/skeletons"]?.rejected.values.reduce(0, +) ?? 0)
                        >= counts.values.reduce(0, +)
            }
            #expect(health.sources["bad/skeletons"]?.rejected == expected)
            #expect(health.sources["other"]?.rejected == ["invalid_topic": 1])
            #expect(health.sources["good/skeletons"]?.rejected == [:])
            // A reading that began after all of the above.
            try await client.emotion(of: "7", robot: "good", from: client.messages.count)
            #expect(node.lines.all.contains { $0.contains("malformed_json") })
            #expect(node.lines.all.contains { $0.contains("payload_too_large") && $0.contains("5242880") })
            #expect(node.lines.all.contains { $0.contains("step16") && $0.contains("\"origin\": \"image\"") })
        }
    }

    @Test("a message that the broker retained is counted, and makes nobody present, at every connect")
    func retained() async throws {
        try await withBroker { broker, client in
            let payload = WalkingFigure.message([WalkingFigure(id: "7")], at: 0)
            try client.publish("robots/old/skeletons", payload, retained: true)
            try client.publish("robots/r1/skeletons", payload, retained: true)
            _ = try await client.first(2) { $0.topic.hasSuffix("/skeletons") }
            try await withNode(at: broker, personTimeout: 60) { _ in
                try await client.health {
                    $0.sources["old/skeletons"]?.dropped == ["retained": 1] && $0.people == 0
                        && $0.sources["r1/skeletons"]?.dropped == ["retained": 1]
                }
                #expect(!client.messages.contains { $0.topic.contains("/people") })
                // What follows on the same topic is live, though it is published to be retained.
                try client.publish("robots/r1/skeletons", payload, retained: true)
                #expect(try await client.people() == ["7"])
                let health = try await client.health { $0.people == 1 }
                #expect(health.sources["r1/skeletons"]?.framesIn == 1)
                #expect(health.sources["r1/skeletons"]?.dropped == ["retained": 1])
                #expect(!client.messages.contains { $0.topic.hasPrefix("robots/old/people") })
            }
        }
    }

    @Test("bodies in a wrong unit are refused with advice, and neither reset their person nor stop others")
    func implausibleGeometry() async throws {
        try await withNode(personTimeout: 60) { node, client in
            let (person, other) = (WalkingFigure(id: "7"), WalkingFigure(id: "8", place: 2))
            client.stream(to: "robots/r1/skeletons") { frame, time in
                // Now and then a frame of the one person is in centimeters.
                let scale = frame % 10 == 5 ? 100.0 : 1
                let bodies = "\(person.body(at: time, scale: scale)),\(other.body(at: time))"
                return #"{"stamp":\#(time),"layout":"step16","bodies":[\#(bodies)]}"#
            }
            for id in ["7", "8"] { try await client.emotion(of: id) }
            let health = try await client.health {
                ($0.sources["r1/skeletons"]?.rejected["implausible_geometry"] ?? 0) > 0
            }
            #expect(health.people == 2)
            #expect(
                node.lines.all.contains { $0.contains("implausible_geometry") && $0.contains("units (m)") })
        }
    }

    @Test("late frames and jumps of the source's clock are counted, and the person is read again afterwards")
    func stamps() async throws {
        try await withNode(personTimeout: 60) { _, client in
            let figures = [WalkingFigure(id: "7")]
            for stamp in [1000.0, 1000.03, 999.0, 1000.0, 1000.06, 9000.0, 9000.03, 500.0, 500.03] {
                try client.publish("robots/r1/skeletons", WalkingFigure.message(figures, at: 0, stamp: stamp))
            }
            let health = try await client.health { $0.sources["r1/skeletons"]?.framesIn == 7 }
            #expect(health.sources["r1/skeletons"]?.dropped == ["late": 2, "clock_reset": 2])
            client.walk(figures)
            try await client.emotion(of: "7")
        }
    }

    @Test("people who are only seen in late frames have not left")
    func lateFramesOnly() async throws {
        // Longer than a busy machine lets the source wait.
        let timeout = 8.0
        try await withNode(personTimeout: timeout) { _, client in
            let figures = [WalkingFigure(id: "7")]
            // One frame of the future, such as before a step back of the clock, and then late ones.
            client.stream(to: "robots/r1/skeletons") { frame, _ in
                WalkingFigure.message(figures, at: 0, stamp: frame == 0 ? 1004 : 1000 + Double(frame) / 1000)
            }
            let began = try await client.health { $0.sources["r1/skeletons"]?.dropped["late"] != nil }
            let ended = try await client.health { $0.uptime > began.uptime + 1.5 * timeout }
            #expect(ended.people == 1)
            let lists = client.messages.filter { $0.topic == "robots/r1/people" }
            #expect(try lists.map { try PeopleMessage(decoding: $0.payload).people } == [["7"]])
        }
    }

    @Test("missing joints are bounded: a body of nothing but nulls is there, and not read")
    func missingJoints() async throws {
        try await withNode { _, client in
            let nulls = "[" + Array(repeating: "null", count: 16).joined(separator: ",") + "]"
            client.stream(to: "robots/r1/skeletons") { _, _ in Self.message(joints: nulls) }
            let emotion = try await client.emotion(of: "9") { _ in true }
            #expect(emotion.state == .insufficientData && emotion.position == nil)
        }
    }

    @Test("people beyond the limit are dropped and counted")
    func tooManyPeople() async throws {
        try await withNode {
            $0.pipeline.maximumPeople = 2
        } test: { _, client in
            client.walk(["1", "2", "3"].map { WalkingFigure(id: $0) })
            let health = try await client.health {
                $0.sources["r1/skeletons"]?.dropped["too_many_people"] != nil
            }
            #expect(health.people == 2)
        }
    }
}
