import Foundation
import Gait
import Messaging
import TestSupport
import Testing

@testable import GaitNode

@Suite("People without ids over a real broker")
struct TrackingTests {
    private static func text(_ bodies: [String], time: Double, fields: String = "") -> String {
        #"{"stamp":\#(time),"layout":"step16",\#(fields)"bodies":[\#(bodies.joined(separator: ","))]}"#
    }

    private func people(_ client: TestClient) throws -> [[String]] {
        try client.messages.filter { $0.topic == "robots/r1/people" && !$0.retained }
            .map { try PeopleMessage(decoding: $0.payload).people }
    }

    @Test("two people who meet and cross keep their two ids, in any order of the bodies")
    func crossing() async throws {
        try await withNode(personTimeout: 60) { _, client in
            // They start 6 m apart and meet after 2.5 s of their time, at arm's length.
            let (one, other) = (
                WalkingFigure(id: nil), WalkingFigure(id: nil, place: 0.4, walksBackwards: true)
            )
            client.stream(to: "robots/r1/skeletons") { frame, time in
                let bodies = [one.body(at: time - 2.5), other.body(at: time - 2.5)]
                return Self.text(frame % 2 == 0 ? bodies : bodies.reversed(), time: time)
            }
            for person in ["t1", "t2"] {
                let emotion = try await client.emotion(of: person) { $0.state == .ok && $0.stamp > 5 }
                #expect(emotion.emotion == "happy")
            }
            // After they have met each goes on the way that it came.
            let positions = try ["t1", "t2"].map { person in
                try client.messages.filter { $0.topic == "robots/r1/people/\(person)/emotion" }
                    .map { try EmotionMessage(decoding: $0.payload) }.compactMap(\.position)
            }
            for positions in positions {
                #expect(positions.count > 5 && positions.allSatisfy { $0[0] == positions[0][0] })
            }
            #expect(try people(client).allSatisfy { Set(["t1", "t2"]).isSuperset(of: $0) })
        }
    }

    @Test("bodies with and without ids go together, and a number whose name is taken is passed over")
    func mixed() async throws {
        try await withNode(personTimeout: 60) { _, client in
            let named = [WalkingFigure(id: "t1"), WalkingFigure(id: "7", place: 2)]
            let unnamed = WalkingFigure(id: nil, place: 4)
            client.stream(to: "robots/r1/skeletons") { frame, time in
                // The one without an id comes later, and then stands in the middle of the message.
                let middle = frame < 10 ? [] : [unnamed.body(at: time)]
                return Self.text([named[0].body(at: time)] + middle + [named[1].body(at: time)], time: time)
            }
            for (person, place) in [("t1", Float(0)), ("7", 2), ("t2", 4)] {
                let emotion = try await client.emotion(of: person)
                #expect(emotion.position?[0] == place)
            }
            #expect(try people(client).last == ["7", "t1", "t2"])
        }
    }

    @Test("relative to its root one body without an id is one person, several are refused")
    func placeless() async throws {
        try await withNode(personTimeout: 60) { node, client in
            let figure = WalkingFigure(id: nil)
            client.stream(to: "robots/r1/skeletons") { frame, time in
                // Now and then a second one is seen.
                let count = frame % 30 == 29 ? 2 : 1
                return Self.text(
                    Array(repeating: figure.body(at: time), count: count), time: time,
                    fields: #""origin":"root","#)
            }
            let emotion = try await client.emotion(of: "t1")
            #expect(emotion.position == nil)
            let health = try await client.health {
                ($0.sources["r1/skeletons"]?.rejected["missing_id"] ?? 0) >= 2
            }
            #expect(health.people == 1)
            #expect(try people(client).allSatisfy { $0 == ["t1"] })
            #expect(node.lines.all.contains { $0.contains("missing_id") && $0.contains("origin root") })
        }
    }

    @Test("stamps that are never set, and milliseconds, are counted and not used", arguments: [0.0, 1000])
    func unusableStamps(factor: Double) async throws {
        try await withNode(personTimeout: 60) { node, client in
            let figure = WalkingFigure(id: nil)
            client.stream(to: "robots/r1/skeletons") { _, time in
                Self.text([figure.body(at: time)], time: factor * time)
            }
            let emotion = try await client.first { message in
                guard message.topic.hasSuffix("/emotion"),
                    let emotion = try? EmotionMessage(decoding: message.payload)
                else { return false }
                return emotion.state == .ok
            }
            let stamp = try EmotionMessage(decoding: emotion.payload).stamp
            let health = try await client.health {
                ($0.sources["r1/skeletons"]?.dropped["unusable_stamp"] ?? 0) > 0
            }
            #expect(abs(stamp - health.stamp) < 60)
            #expect(health.sources["r1/skeletons"]?.dropped["late"] == nil)
            #expect(node.lines.all.contains { $0.contains("do not run in seconds") })
        }
    }

    @Test("windows are kept for labels, and health and info say how many and how long")
    func keptWindows() async throws {
        try await withNode { _, client in
            let info = try await client.info()
            #expect(info.limits["history_seconds"] == 120)
            #expect(info.limits["maximum_history_bytes"] == Double(64 << 20))
            let source = client.walk("7")
            let health = try await client.health { $0.windowsKept > 3 }
            #expect(health.historyEvictions == 0)
            // They are kept when the person has gone.
            source.cancel()
            let gone = try await client.health { $0.uptime > health.uptime && $0.people == 0 }
            #expect(gone.windowsKept >= health.windowsKept)
        }
    }
}

@Suite("A node with more to read than it has time for")
struct LoadTests {
    @Test("people who are due wait for messages, are counted, and are still read")
    func postponed() async throws {
        try await withNode {
            $0.pipeline.classifyEvery = 0.05
        } test: { _, client in
            client.walk((1...64).map { WalkingFigure(id: "\($0)", place: Double($0)) })
            let health = try await client.health { $0.inference.postponed > 0 && $0.inference.windows > 0 }
            #expect(health.people == 64)
            for person in ["1", "64"] { try await client.emotion(of: person) }
        }
    }
}
