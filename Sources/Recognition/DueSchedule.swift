import DequeModule
import Gait

/// When each person's emotion is due.
package enum Cadence: Sendable, Equatable {
    /// Every `interval` seconds of arrival, on a grid of each person's own: the load is spread evenly. The daemon's.
    case spread(interval: Double)
    /// As soon as a whole window was seen, then every `interval` seconds of the source's time: for recordings.
    case consecutive(interval: Double)
}

/// Due times on a grid of one interval, shifted for each person by the golden-ratio sequence, so that any number of
/// people is spread nearly evenly over the interval. Everyone stays on their own grid, so people who were first seen
/// together, or delayed together, do not stay due together.
struct DueTimes: Sendable {
    /// Seconds between two classifications of a person.
    var interval: Double
    private var handedOut = 0

    init(interval: Double) {
        self.interval = interval
    }

    /// The shift of the next new person's grid, in seconds from 0 to below the interval.
    mutating func nextPhase() -> Double {
        let golden = 0.618_033_988_749_894_9
        let phase = (Double(handedOut) * golden).truncatingRemainder(dividingBy: 1) * interval
        handedOut += 1
        return phase
    }

    /// The first time of a person's grid at or after `now` (monotonic seconds).
    func first(after now: Double, phase: Double) -> Double {
        phase + ((now - phase) / interval).rounded(.up) * interval
    }

    /// The time after a classification at `now`: the grid's next, but not sooner than half an interval, so
    /// that a late frame does not make two classifications follow each other closely.
    func next(after now: Double, phase: Double) -> Double {
        first(after: now + interval / 2, phase: phase)
    }
}

/// What all sources of a recognizer share: names, numbers, due times and the queue of people who are due.
struct Roster: Sendable {
    /// A person who is due, in the order in which people became so.
    struct Entry: Sendable {
        /// The source's number.
        let source: Int
        let identity: PersonIdentity
        /// The person's number: another person may have the identity by now.
        let person: Int
        /// The number of frames taken in when the person became due.
        let frame: Int
    }

    /// The people's numbers by robot and name.
    private(set) var people: [String: [String: Int]] = [:]
    /// People in view of all sources.
    private(set) var count = 0
    /// Who is due. People who are read late are read from their newest poses: the queue holds no windows. Nobody is in
    /// it twice, so it holds at most as many entries as people were followed at once.
    var due = Deque<Entry>()
    var times: DueTimes
    /// Frames taken in since the start.
    var frames = 0
    private var tracked = 0
    private var numbered = 0

    init(interval: Double) {
        times = DueTimes(interval: interval)
    }

    /// The number of a new person.
    mutating func add(robot: String, name: String) -> Int {
        numbered += 1
        people[robot, default: [:]][name] = numbered
        count += 1
        return numbered
    }

    mutating func remove(robot: String, name: String) {
        guard people[robot]?.removeValue(forKey: name) != nil else { return }
        count -= 1
        if people[robot]?.isEmpty == true { people[robot] = nil }
    }

    /// A number for somebody without an id, whose name nobody in view of the robot has from a source of its own.
    mutating func nextTrackedNumber(of label: SourceLabel) -> Int {
        while true {
            tracked += 1
            let name = label.name(of: .tracked(tracked))
            if people[label.robot]?[name] == nil { return tracked }
        }
    }
}
