import Gait
import Messaging
import Simulation
import Testing

@testable import gaitctl

/// Messages of gaitd about a scene of two people, an angry and a happy one.
struct PerceptionMessages {
    let topics: Topics
    var record: PerceptionRecord

    init() throws {
        topics = try Topics(node: "n1")
        record = PerceptionRecord(
            .skeletons(SimulatedScene(.init(robots: 1, people: 2, emotions: [.angry, .happy]))),
            topics: topics)
    }

    mutating func takeEmotion(
        _ emotion: String?, person: String, state: EmotionMessage.State = .ok, retained: Bool = false
    ) throws {
        let message = EmotionMessage(
            stamp: 1, node: "n1", robot: "r1", person: person, source: "skeletons", state: state,
            emotion: emotion, confidence: emotion == nil ? nil : 0.72, window: nil,
            model: .init(name: "step", version: 3, sha256: ""), latencyMilliseconds: 4.25)
        record.take(
            MQTTMessage(
                topic: topics.emotion(robot: "r1", person: person), payload: try message.encoded(),
                retained: retained))
    }

    mutating func takeHealth(frames: Int, uptime: Double = 10, retained: Bool = false) throws {
        var health = HealthMessage(mqtt: .init(.init()))
        (health.stamp, health.uptime, health.people) = (uptime, uptime, 2)
        health.sources["r1/skeletons", default: .init()].framesIn = frames
        health.sources["other/skeletons", default: .init()].framesIn = 5000
        health.latency = ["total": .init(p50: 4.04, p95: 5, p99: 6.06)]
        record.take(MQTTMessage(topic: topics.health, payload: try health.encoded(), retained: retained))
    }
}

struct PerceptionRecordTests {
    @Test("a person is read as most of the ok messages say")
    func majority() throws {
        var messages = try PerceptionMessages()
        for emotion in ["angry", "sad", "angry"] { try messages.takeEmotion(emotion, person: "1") }
        for emotion in ["happy", "sad", "sad"] { try messages.takeEmotion(emotion, person: "2") }
        #expect(messages.record.people.map(\.perceived) == ["angry", "sad"])
        #expect(messages.record.readRight == 1)
        #expect(messages.record.emotionMessages == 6)
    }

    @Test("between equals the newest decides")
    func equals() throws {
        var messages = try PerceptionMessages()
        for emotion in ["angry", "sad"] { try messages.takeEmotion(emotion, person: "1") }
        #expect(messages.record.people[0].perceived == "sad")
        try messages.takeEmotion("angry", person: "1")
        try messages.takeEmotion("sad", person: "1")
        try messages.takeEmotion(nil, person: "1", state: .uncertain)
        #expect(messages.record.people[0].perceived == "angry")
    }

    @Test("who was never read is not read right; retained, foreign and damaged messages do not count")
    func ignored() throws {
        var messages = try PerceptionMessages()
        try messages.takeEmotion(nil, person: "1", state: .uncertain)
        try messages.takeEmotion("happy", person: "2", retained: true)
        try messages.takeEmotion("happy", person: "99")
        messages.record.take(MQTTMessage(topic: "robots/r1/people/2/emotion", payload: Array("{".utf8)))
        messages.record.take(MQTTMessage(topic: "robots/r1/people/2/emotion", payload: []))
        #expect(messages.record.people.map(\.perceived) == [nil, nil])
        #expect(messages.record.readRight == 0)
        #expect(messages.record.emotionMessages == 1)
    }

    @Test("before a camera the one who is seen is the person, under any name")
    func cameras() throws {
        let topics = try Topics(node: "n1")
        var options = CameraScene.Options(robots: 2, people: 2, emotions: [.sad, .happy])
        (options.camera.width, options.camera.height) = (64, 64)
        var messages = try PerceptionMessages()
        messages.record = PerceptionRecord(.frames(Film(CameraScene(options))), topics: topics)
        #expect(messages.record.people.map(\.id) == [nil, nil])
        for person in ["front-1", "front-4"] { try messages.takeEmotion("sad", person: person) }
        #expect(messages.record.people.map(\.id) == ["front-4", nil])
        #expect(messages.record.people.map(\.perceived) == ["sad", nil])
        #expect(messages.record.readRight == 1)
    }

    @Test("accepted frames count from the beginning of the simulation, of its robots only")
    func acceptedFrames() throws {
        var messages = try PerceptionMessages()
        #expect(messages.record.acceptedFrames == 0)
        try messages.takeHealth(frames: 100, retained: true)
        try messages.takeHealth(frames: 160, uptime: 12)
        #expect(messages.record.acceptedFrames == 60)
        // The daemon was started again and counts from 0.
        try messages.takeHealth(frames: 40, uptime: 1)
        #expect(messages.record.acceptedFrames == 40)
    }

    @Test("the last line has the figures of the health message")
    func summary() throws {
        var messages = try PerceptionMessages()
        try messages.takeHealth(frames: 60)
        try messages.takeEmotion("angry", person: "1")
        #expect(
            PerceptionSummary(messages.record).text
                == "messages_in=60 messages_out=1 p50_ms=4.0 p99_ms=6.1 read_right=1/2")
    }
}

struct PerceptionTableTests {
    @Test("a row tells robot, person, both emotions, confidence, latency and model")
    func rows() throws {
        var messages = try PerceptionMessages()
        #expect(PerceptionTable.row(messages.record.people[0]) == "r1      1       angry    (waiting)")
        try messages.takeEmotion("sad", person: "1")
        #expect(
            PerceptionTable.row(messages.record.people[0])
                == "r1      1       angry    sad                 ███████░░░ 72 %  4.2 ms    step v3")
        try messages.takeEmotion(nil, person: "1", state: .notWalking)
        #expect(
            PerceptionTable.row(messages.record.people[0])
                == "r1      1       angry    (not_walking)                        4.2 ms    step v3")
    }

    @Test(
        "the bar fills with the share", arguments: [(0, 0), (0.04, 0), (0.55, 6), (1, 10), (7, 10), (-1, 0)])
    func bar(share: Float, cells: Int) {
        let bar = TextFormat.bar(share)
        #expect(bar.count == 10)
        #expect(bar.count { $0 == "█" } == cells)
    }

    @Test("a terminal is redrawn in place, five times a second")
    func terminal() throws {
        let people = try PerceptionMessages().record.people
        var drawings: [String] = []
        var table = PerceptionTable(isTerminal: true) { drawings.append($0) }
        for time in [0, 0.1, 0.2, 0.3] { table.draw(people, at: time) }
        #expect(drawings.count == 2)
        #expect(!drawings[0].hasPrefix("\u{1B}[3A"))
        #expect(drawings[1].hasPrefix("\u{1B}[3A\r\u{1B}[K"))
        #expect(drawings[1].split(separator: "\n").count == 3)
    }

    @Test("elsewhere plain lines are written every five seconds, and at the end")
    func plain() throws {
        let people = try PerceptionMessages().record.people
        var drawings: [String] = []
        var table = PerceptionTable(isTerminal: false) { drawings.append($0) }
        for time in stride(from: 0.0, through: 6, by: 0.5) { table.draw(people, at: time) }
        table.draw(people, at: 6.1, force: true)
        #expect(drawings.count == 3)
        #expect(!drawings.joined().contains("\u{1B}"))
    }
}
