import Testing

@testable import Recognition

@Suite("Turns of robots")
struct RobotTurnsTests {
    private var turns = RobotTurns<Int>()

    private mutating func all() -> [Int] {
        var elements: [Int] = []
        while let element = turns.popFirst() { elements.append(element) }
        return elements
    }

    @Test("each robot's elements come in order, and the robots in turns")
    mutating func order() {
        for element in 0..<6 { turns.append(element, of: "loud") }
        turns.append(100, of: "a")
        turns.append(200, of: "b")
        #expect(turns.popFirst() == 0 && turns.popFirst() == 100)
        turns.append(101, of: "a")
        #expect(turns.count == 7)
        #expect(all() == [200, 1, 101, 2, 3, 4, 5])
        #expect(turns.isEmpty && turns.popFirst() == nil)
    }

    @Test("the oldest of the robot with most is dropped, and of equal robots that of the next one")
    mutating func drop() {
        #expect(turns.dropFirst() == nil)
        turns.append(100, of: "a")
        for element in 0..<3 { turns.append(element, of: "loud") }
        #expect(turns.dropFirst() == 0 && turns.dropFirst() == 1)
        #expect(turns.dropFirst() == 100)
        #expect(turns.count == 1 && all() == [2])
    }
}
