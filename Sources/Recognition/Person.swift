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
