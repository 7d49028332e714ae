import Gait
import Messaging
import Testing

@testable import gaitctl

struct TopScreenTests {
    private func view(people: Int = 3, sources: Int = 1, selected: String? = nil) throws -> TopView {
        var node = NodeMessages(node: "n1")
        node.people = people
        for index in 0..<sources {
            var source = HealthMessage.Source()
            (source.framesIn, source.rate, source.age) = (index, 30, 0.2)
            node.sources["r\(index + 1)/skeletons"] = source
        }
        var view = TopView(topics: try Topics(node: "gaitctl"), selected: selected)
        for message in [node.state(.online), try node.info(), try node.health()] { view.take(message) }
        for index in 0..<people { view.take(try node.emotion(person: "\(index + 1)", arrival: 10)) }
        return view
    }

    private func lines(_ view: TopView, columns: Int = 120, rows: Int = 30, now: Double = 12) -> [String] {
        let now = Arrival(wallClock: 1003, monotonic: now)
        return view.lines(at: now, trouble: nil)(columns, rows).map(\.text)
    }

    @Test("a person's row tells emotion, confidence, valence, arousal, coverage, age and latency")
    func rows() throws {
        var view = try view(people: 1)
        let robot = try #require(lines(view).first { $0.hasPrefix("r1        1 ") })
        #expect(
            robot
                == "r1        1               happy               ███████░░░ 72 %  +0.60    -0.40    97 %      2.0 s   4.2 ms"
        )
        let counts = "emotions: 2 ok, 1 uncertain, 0 not walking, 1 with insufficient data"
        #expect(lines(view).contains(counts))
        view.take(try NodeMessages(node: "n1").emotion(person: "1", nil, state: .notWalking, arrival: 11))
        #expect(lines(view).contains { $0.hasPrefix("r1        1               (not_walking)") })
    }

    @Test("people who have left, are another node's or are long gone are not shown")
    func absent() throws {
        var view = try view(people: 2)
        view.take(MQTTMessage(topic: "robots/r1/people/1/emotion", payload: []))
        view.take(try NodeMessages(node: "n2").emotion(person: "9", arrival: 10))
        #expect(lines(view).count { $0.contains("happy") } == 1)
        #expect(lines(view, now: 60).contains("no people at the moment"))
    }

    @Test(
        "the screen fits the terminal and counts what it omits", arguments: [8, 12, 24, 60], [40, 80, 200])
    func size(rows: Int, columns: Int) throws {
        let lines = try lines(view(people: 20, sources: 12), columns: columns, rows: rows)
        #expect(lines.count <= rows)
        #expect(lines[0].hasPrefix(" n1  online") && lines[0].contains("q: quit"))
        if rows == 24 {
            let left = lines.filter { $0.hasPrefix("… ") }.compactMap { Int($0.split(separator: " ")[1]) }
            let shown = lines.count {
                $0.hasPrefix("r") && ($0.contains("happy") || $0.contains("/skeletons"))
            }
            #expect(left.count == 2 && left.reduce(0, +) + shown == 32, "\(lines.joined(separator: "\n"))")
        }
        if rows == 60 { #expect(!lines.contains { $0.hasPrefix("…") }) }
    }

    @Test("a narrow terminal has the columns that matter most")
    func narrow() throws {
        let robot = try #require(lines(view(people: 1), columns: 80).first { $0.hasPrefix("r1        1 ") })
        #expect(robot == "r1        1               happy               ███████░░░ 72 %  2.0 s   4.2 ms")
    }

    @Test("a line is cut to the terminal's width, inside of its style")
    func cut() {
        #expect(Terminal.Line("abcdef").drawn(columns: 6) == "abcdef")
        #expect(Terminal.Line("abcdef", .heading).drawn(columns: 4) == "\u{1B}[1mabc…\u{1B}[0m")
    }

    @Test("Tab shows the next node; a node that is chosen and not there is waited for")
    func nodes() throws {
        var view = try view()
        let other = NodeMessages(node: "n2")
        view.take(other.state(.offline))
        #expect(lines(view)[0].contains("Tab: next of 2 nodes"))
        view.selectNext()
        #expect(lines(view)[0].hasPrefix(" n2  offline"))
        #expect(lines(view)[1].contains("n2 is offline"))
        view.selectNext()
        #expect(lines(view)[0].hasPrefix(" n1"))
        #expect(
            lines(try self.view(selected: "n7"))[0]
                == "no node is called n7 under gaitd/ yet (there is n1); waiting, q: quit")
    }
}
