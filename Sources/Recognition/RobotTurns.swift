import DequeModule

/// What waits of several robots: each robot's in order of arrival, and the robots in turns. A robot with much that waits
/// delays another robot's by one element, not by all of its own.
package struct RobotTurns<Element: Sendable>: Sendable {
    /// A few robots keep their empty queues, so that their next elements need no new memory.
    private static var keptQueues: Int { 64 }

    /// By robot.
    private var waiting: [String: Deque<Element>] = [:]
    /// The robots of which something waits, the next one first.
    private var turns = Deque<String>()
    /// The elements of all robots.
    package private(set) var count = 0

    package init() {}

    package var isEmpty: Bool { count == 0 }

    package mutating func append(_ element: Element, of robot: String) {
        if hasNothing(robot) { turns.append(robot) }
        waiting[robot, default: []].append(element)
        count += 1
    }

    /// Takes out the oldest element of the robot whose turn it is.
    package mutating func popFirst() -> Element? {
        guard let robot = turns.popFirst(), let element = takeOldest(of: robot) else { return nil }
        if !hasNothing(robot) { turns.append(robot) }
        return element
    }

    /// Takes out the oldest element of the robot of which most waits; of several such robots, of the one whose turn
    /// comes first.
    package mutating func dropFirst() -> Element? {
        var fullest = 0
        var most = 0
        for (index, robot) in turns.enumerated() {
            let count = waiting[robot]?.count ?? 0
            if count > most { (fullest, most) = (index, count) }
        }
        guard most > 0 else { return nil }
        let robot = turns[fullest]
        let element = takeOldest(of: robot)
        if hasNothing(robot) { turns.remove(at: fullest) }
        return element
    }

    private mutating func takeOldest(of robot: String) -> Element? {
        guard let element = waiting[robot]?.popFirst() else { return nil }
        count -= 1
        if hasNothing(robot), waiting.count > Self.keptQueues { waiting[robot] = nil }
        return element
    }

    private func hasNothing(_ robot: String) -> Bool { waiting[robot]?.isEmpty ?? true }
}
