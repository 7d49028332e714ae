import DequeModule
import Foundation
import Gait

/// Where a source's people are named: their robot, and the camera if the source is one of several.
struct SourceLabel: Sendable, Equatable {
    let robot: String
    /// Nil for the robot's own skeletons.
    let camera: String?

    /// A person's name in the topics: the id, or `{camera}-{id}` for a camera.
    func name(of identity: PersonIdentity) -> String {
        camera.map { "\($0)-\(identity.identifier)" } ?? identity.identifier
    }
}

/// Who a body is within its source.
enum PersonIdentity: Hashable, Sendable {
    /// The source calls the person by this id.
    case named(String)
    /// The node follows the person itself, by its own number.
    case tracked(Int)

    /// The id, or what stands in for it: unlike any integer, and never given to two people in one run. A source that
    /// calls somebody else by this name is told of a name conflict.
    var identifier: String {
        switch self {
        case .named(let identifier): identifier
        case .tracked(let number): "t\(number)"
        }
    }
}

/// One person in view of one source.
struct Person: Sendable {
    /// Unique for the recognizer's life.
    let number: Int
    /// The name in the topics.
    let name: String
    /// The person's grid of due times, see ``DueTimes``.
    let phase: Double
    /// When the next emotion is due: seconds of arrival, or of the source's time with ``Cadence/consecutive(interval:)``.
    var due: Double
    private(set) var buffer = PoseBuffer()
    private(set) var smoothing = ProbabilitySmoothing()
    /// When the newest pose arrived, monotonic seconds.
    var lastSeen: Double
    /// The newest pose's time, in the source's own.
    private(set) var time: Double
    /// The time of the first pose since the buffer was last empty.
    private(set) var firstTime: Double
    /// The newest root in the source's own frame, meters; nil if it is missing or has no place.
    private(set) var position: SIMD3<Float>?
    /// Whether the person waits in the queue of people who are due.
    var isWaiting = false

    init(number: Int, name: String, phase: Double, due: Double, seen: Double, time: Double) {
        (self.number, self.name, self.phase, self.due) = (number, name, phase, due)
        (lastSeen, self.time, firstTime) = (seen, time, time)
    }

    /// Takes in the person's next pose.
    ///
    /// - Returns: What the buffer did with the pose, and whether the person has to wait in the queue from now on. An
    ///   empty pose still says that the person is there, and that there is nothing to read.
    mutating func take(
        _ body: SourceBody, time: Double, arrival: Double, _ cadence: Cadence
    ) -> (Admission, becomesDue: Bool) {
        lastSeen = arrival
        let admission = buffer.append(body.pose, at: time)
        guard admission == .accepted || admission == .empty else { return (admission, false) }
        self.time = time
        position = body.position
        guard !isWaiting, isDue(cadence, arrival: arrival) else { return (admission, false) }
        isWaiting = true
        return (admission, true)
    }

    private func isDue(_ cadence: Cadence, arrival: Double) -> Bool {
        switch cadence {
        case .spread: due <= arrival
        // A window that begins before the person was seen is partly made up.
        case .consecutive: due - 1e-6 <= time && time - PoseBuffer.windowSeconds >= firstTime - 1e-6
        }
    }

    /// Averages new probabilities with the ones before.
    mutating func smooth(_ probabilities: [Float], at time: Double, timeConstant: Double) -> [Float] {
        smoothing.add(probabilities, at: time, timeConstant: timeConstant)
        return smoothing.probabilities
    }

    /// Forgets the probabilities so far.
    mutating func resetAverages() { smoothing.reset() }

    /// Forgets the poses and what they showed: the source's clock has jumped.
    mutating func restart(at time: Double, _ cadence: Cadence) {
        buffer.reset()
        smoothing.reset()
        firstTime = time
        if case .consecutive = cadence { due = -.infinity }
    }
}

/// An exponential moving average of class probabilities whose weight follows the time between two results: a person who
/// is seen again after a pause is not held to earlier results.
struct ProbabilitySmoothing: Sendable {
    /// The average, in the order of the model's labels; empty before the first result.
    private(set) var probabilities: [Float] = []
    private var lastTime = 0.0

    /// Takes in a result.
    ///
    /// - Parameters:
    ///   - new: Probabilities that sum to one.
    ///   - time: Of the result, seconds in the source's clock.
    ///   - timeConstant: Seconds after which an old result weighs 1/e; 0 keeps only the newest.
    mutating func add(_ new: [Float], at time: Double, timeConstant: Double) {
        let elapsed = max(time - lastTime, 0)
        lastTime = time
        guard probabilities.count == new.count, timeConstant > 0 else {
            probabilities = new
            return
        }
        let kept = Float(exp(-elapsed / timeConstant))
        for index in new.indices {
            probabilities[index] = kept * probabilities[index] + (1 - kept) * new[index]
        }
    }

    /// Forgets everything, as after a jump of the source's clock.
    mutating func reset() {
        probabilities = []
    }
}

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
