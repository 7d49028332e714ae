import Gait
import Messaging
import Testing

@testable import GaitNode

struct GaitHistoryTests {
    private static let figure = WalkingFigure(id: nil)

    /// One person whose poses go to a buffer and to the history, as in the pipeline; the clock is the stamp.
    private struct Tracklet {
        let number: Int
        var buffer = PoseBuffer()

        init(_ history: inout GaitHistory, person: String = "7") {
            number = history.begin(robot: "r1", person: person)
        }

        /// Walks for some seconds at 30 Hz, with a published window every half second.
        ///
        /// - Parameter behind: How far the source's clock is behind ours.
        mutating func walk(
            _ history: inout GaitHistory, from start: Double, seconds: Double, behind: Double = 0,
            publishes: Bool = true
        ) -> [GaitWindow] {
            var published: [GaitWindow] = []
            for frame in 0..<Int(seconds * 30) {
                let now = start + Double(frame) / 30
                let stamp = now - behind
                let pose = GaitHistoryTests.figure.pose(at: stamp)
                guard buffer.append(pose, at: stamp) == .accepted else { continue }
                history.append(pose, at: stamp, to: number, now: now)
                guard publishes, frame % 15 == 14, let window = buffer.window() else { continue }
                let decision = PublishedWindow(end: window.end, state: .ok, emotion: .happy, confidence: 0.7)
                history.note(decision, endingWith: pose, of: number, now: now)
                published.append(window)
            }
            return published
        }
    }

    private func isSame(_ one: GaitWindow?, _ other: GaitWindow?) -> Bool {
        guard let one, let other, one.start == other.start, one.end == other.end,
            one.coverage == other.coverage
        else { return false }
        return zip(one.gait.coordinates, other.gait.coordinates).allSatisfy { abs($0 - $1) <= 1e-4 }
    }

    @Test("every published window is made again as it was, with what was said of it")
    func lookUp() throws {
        var history = GaitHistory()
        var stay = Tracklet(&history)
        let windows = stay.walk(&history, from: 1000, seconds: 10)
        #expect(windows.count > 10 && history.windowCount == windows.count)
        for window in windows {
            let found = history.window(robot: "r1", person: "7", at: window.end)
            #expect(isSame(found?.window, window))
            #expect(found?.published.emotion == .happy && found?.published.state == .ok)
            // Between two windows the older one is meant.
            let later = history.window(robot: "r1", person: "7", at: window.end + 0.1)
            #expect(isSame(later?.window, window))
        }
        #expect(isSame(history.window(robot: "r1", person: "7")?.window, windows.last))
        #expect(history.window(robot: "r1", person: "7", at: 1000) == nil)
        #expect(history.window(robot: "r1", person: "8") == nil)
        #expect(history.window(robot: "r2", person: "7") == nil)
    }

    @Test("a window is kept for 120 s after it was published, also of a person who has gone")
    func retention() throws {
        var history = GaitHistory()
        var stay = Tracklet(&history)
        let windows = stay.walk(&history, from: 1000, seconds: 4)
        history.end(stay.number)
        let last = try #require(windows.last)
        history.expire(at: last.end + 119.9)
        #expect(isSame(history.window(robot: "r1", person: "7")?.window, last))
        #expect(history.windowCount == 1)
        history.expire(at: last.end + 120.1)
        #expect(history.window(robot: "r1", person: "7") == nil)
        #expect(history.windowCount == 0 && history.evictions == 0)
    }

    @Test("the history keeps at most two minutes of windows of a person who stays")
    func steady() throws {
        var history = GaitHistory()
        var stay = Tracklet(&history)
        var bytes = 0
        for minute in 0..<10 {
            _ = stay.walk(&history, from: 1000 + Double(minute) * 60, seconds: 60)
            let now = 1000 + Double(minute + 1) * 60
            history.expire(at: now)
            if minute == 5 { bytes = history.bytes }
            if minute >= 3 { #expect(history.windowCount == 240) }
            let oldest = now - 120 + 0.5
            #expect(
                minute < 2
                    || history.window(robot: "r1", person: "7", at: oldest)?.window != nil)
        }
        #expect(history.bytes == bytes)
    }

    @Test("a name that is given to another person does not mix the two")
    func nameReuse() throws {
        var history = GaitHistory()
        var first = Tracklet(&history)
        let before = first.walk(&history, from: 1000, seconds: 4)
        history.end(first.number)
        var second = Tracklet(&history)
        let after = second.walk(&history, from: 1004, seconds: 4)
        #expect(isSame(history.window(robot: "r1", person: "7")?.window, after.last))
        let earlier = history.window(robot: "r1", person: "7", at: 1004.2)
        #expect(isSame(earlier?.window, before.last))
    }

    @Test("after a jump of the source's clock the newest stay is asked first")
    func clockJump() throws {
        var history = GaitHistory()
        var first = Tracklet(&history)
        _ = first.walk(&history, from: 1000, seconds: 6)
        history.end(first.number)
        var second = Tracklet(&history)
        let after = second.walk(&history, from: 1006, seconds: 4, behind: 6)
        #expect(
            isSame(
                history.window(robot: "r1", person: "7", at: 1003.9)?.window,
                after.last { $0.end <= 1003.9 }))
    }

    @Test("300 people stay within the budget: the oldest windows go, and are counted")
    func bounded() throws {
        let budget = 8 << 20
        var history = GaitHistory(budget: budget, maximumWindows: 1 << 12)
        var stays = (0..<300).map { Tracklet(&history, person: "\($0)") }
        for second in 0..<20 {
            for index in stays.indices {
                _ = stays[index].walk(&history, from: 1000 + Double(second), seconds: 1)
            }
            history.expire(at: 1001 + Double(second))
        }
        #expect(history.bytes <= budget + (1 << 12) * 128)
        #expect(history.evictions > 0)
        #expect(history.windowCount > 300 && history.windowCount < 300 * 40)
        for person in ["0", "150", "299"] {
            #expect(try #require(history.window(robot: "r1", person: person)).published.end > 1019)
            #expect(history.window(robot: "r1", person: person, at: 1005) == nil)
        }
    }

    @Test("people of whom nothing was published take nothing from those who were read")
    func passersBy() throws {
        var history = GaitHistory(budget: 300_000)
        var reader = Tracklet(&history)
        let windows = reader.walk(&history, from: 1000, seconds: 4)
        history.end(reader.number)
        for person in 0..<1000 {
            var stay = Tracklet(&history, person: "p\(person)")
            _ = stay.walk(&history, from: 1004, seconds: 1, publishes: false)
            history.end(stay.number)
        }
        #expect(history.evictions == 0)
        #expect(isSame(history.window(robot: "r1", person: "7")?.window, windows.last))
    }
}
