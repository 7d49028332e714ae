import Messaging
import Storage

/// Who has opted out, by `pause` requests: everyone, a robot's people, single people.
struct OptOuts: Equatable {
    /// The most opt-outs at once; far more people than will ever object to one node.
    static let limit = 4096

    private(set) var all: Set<StoredOptOut> = []
    /// Whether the whole node is paused.
    private(set) var isNodePaused = false
    private var robots: Set<String> = []

    init(_ all: Set<StoredOptOut> = []) {
        for pause in all { insert(pause) }
    }

    /// Whether no one has opted out.
    var isEmpty: Bool { all.isEmpty }

    mutating func insert(_ pause: StoredOptOut) {
        all.insert(pause)
        guard pause.person == nil else { return }
        if let robot = pause.robot { robots.insert(robot) } else { isNodePaused = true }
    }

    mutating func remove(_ pause: StoredOptOut) {
        all.remove(pause)
        guard pause.person == nil else { return }
        if let robot = pause.robot { robots.remove(robot) } else { isNodePaused = false }
    }

    /// Whether all people that this robot sees are paused.
    func cover(robot: String) -> Bool {
        isNodePaused || robots.contains(robot)
    }

    /// Whether this person, by the name in the topics, is paused.
    func cover(robot: String, person: String) -> Bool {
        cover(robot: robot) || all.contains(StoredOptOut(robot: robot, person: person))
    }

    /// The opt-outs as `pause` and `resume` answer with them.
    var report: JSONValue {
        let people = all.compactMap { pause in
            pause.person.flatMap { person in pause.robot.map { (robot: $0, person: person) } }
        }.sorted { ($0.robot, $0.person) < ($1.robot, $1.person) }
        return .object([
            "node": .boolean(isNodePaused), "robots": .array(robots.sorted().map { .string($0) }),
            "people": .array(
                people.map { .object(["robot": .string($0.robot), "person": .string($0.person)]) }),
        ])
    }

    /// The opt-outs as `health` publishes them.
    var figures: HealthMessage.OptOuts {
        HealthMessage.OptOuts(
            node: isNodePaused, robots: robots.sorted(), people: all.count { $0.person != nil })
    }
}

extension StoredOptOut {
    /// Whether it outlasts the run. Names that the node itself assigns, such as `t1` or `door-t1`, start over with every
    /// run and then denote someone else.
    var isLasting: Bool {
        guard let name = person?.split(separator: "-", omittingEmptySubsequences: false).last else {
            return true
        }
        return name.wholeMatch(of: /t[0-9]+/) == nil
    }
}
