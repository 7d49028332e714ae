import Messaging
import Storage

/// Whom the node does not look at, by request: everybody, a robot's people, single people.
struct OptOuts: Equatable {
    /// OptOuts that are kept at once; far more people than ever object to one node.
    static let limit = 4096

    private(set) var all: Set<StoredOptOut> = []
    /// Whether nobody is read at all.
    private(set) var isNodePaused = false
    private var robots: Set<String> = []

    init(_ all: Set<StoredOptOut> = []) {
        for pause in all { insert(pause) }
    }

    /// Whether everybody is read.
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

    /// Whether nobody whom this robot sees is read.
    func cover(robot: String) -> Bool {
        isNodePaused || robots.contains(robot)
    }

    /// Whether this person, by the name in the topics, is not read.
    func cover(robot: String, person: String) -> Bool {
        cover(robot: robot) || all.contains(StoredOptOut(robot: robot, person: person))
    }

    /// As `pause` and `resume` answer.
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

    /// As `health` has them.
    var figures: HealthMessage.OptOuts {
        HealthMessage.OptOuts(
            node: isNodePaused, robots: robots.sorted(), people: all.count { $0.person != nil })
    }
}

extension StoredOptOut {
    /// Whether it outlives the run: the names that the node itself gives, `t1` or `door-t1`, begin anew with it and
    /// are then somebody else's.
    var isLasting: Bool {
        guard let name = person?.split(separator: "-", omittingEmptySubsequences: false).last else {
            return true
        }
        return name.wholeMatch(of: /t[0-9]+/) == nil
    }
}
