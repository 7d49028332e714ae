import Messaging
import Testing

@testable import gaitctl

@Suite("Perception table")
struct PerceptionTableTests {
    @Test("a row tells robot, person, both emotions, confidence, latency and model")
    func rows() throws {
        var messages = try PerceptionMessages()
        #expect(
            PerceptionTable.row(messages.record.people[0]) == "r1      1       angry    (waiting)")
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
        let bar = PerceptionTable.bar(share)
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
