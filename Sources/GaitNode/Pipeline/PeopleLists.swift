/// When each robot's list of people is published, renewed and cleared. The lists themselves are the recognizer's.
struct PeopleLists {
    /// Seconds between two lists of a robot: ids that change with every frame must not fill the way to the broker.
    static let interval = 0.1
    /// Seconds after which a list of people in view is published again.
    static let renewal = 20.0
    /// Seconds after which the broker discards a list that was not renewed.
    static let expiry: UInt32 = 60
    /// Lists of robots that an earlier run left behind; further ones are cleared at once.
    static let capacity = 1024

    private struct List {
        /// When it was last published; monotonic seconds.
        var published = -Double.infinity
        var isChanged = false
        /// Whether the broker retains people.
        var hasPeople = false

        /// When it is to be published next.
        var due: Double {
            if isChanged { return published + PeopleLists.interval }
            return hasPeople ? published + PeopleLists.renewal : .infinity
        }
    }

    /// By robot; all that the broker may retain.
    private var lists: [String: List] = [:]
    /// When the next list is to be published; monotonic seconds, infinite if none is.
    private(set) var nextDue = Double.infinity

    func contains(_ robot: String) -> Bool { lists[robot] != nil }

    /// Whether there is room for a robot without sources.
    var hasRoom: Bool { lists.count < Self.capacity }

    /// A robot's list has changed, or the broker may have lost it.
    mutating func noteChange(of robot: String) {
        lists[robot, default: List()].isChanged = true
        nextDue = min(nextDue, lists[robot]?.due ?? .infinity)
    }

    /// The broker may have lost every list.
    mutating func noteLoss() { for robot in Array(lists.keys) { noteChange(of: robot) } }

    /// The robots whose lists are to be published now, which counts as done.
    ///
    /// - Parameter hasPeople: Whether a robot has people in view.
    mutating func takeDue(at now: Double, hasPeople: (String) -> Bool) -> [String] {
        guard now >= nextDue else { return [] }
        let due = lists.filter { $0.value.due <= now }.map(\.key)
        for robot in due { lists[robot] = List(published: now, hasPeople: hasPeople(robot)) }
        nextDue = lists.values.lazy.map(\.due).min() ?? .infinity
        return due
    }

    /// The robots without people of which nothing was heard for so many seconds; their lists are no longer kept.
    ///
    /// - Parameter lastArrivals: When robots were last heard; monotonic seconds.
    mutating func takeGone(after seconds: Double, at now: Double, lastArrivals: [String: Double]) -> [String]
    {
        let gone = lists.filter { robot, list in
            !list.hasPeople && !list.isChanged
                && now - max(list.published, lastArrivals[robot] ?? 0) >= seconds
        }.map(\.key)
        for robot in gone { lists[robot] = nil }
        return gone
    }

    /// The robots of whose people the broker may retain some.
    var withPeople: [String] { lists.filter { $0.value.hasPeople || $0.value.isChanged }.map(\.key) }
}
