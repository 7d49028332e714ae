import Gait
import Messaging

/// One person in view of one source. Belongs to the pipeline's thread.
final class Person {
    /// The name in the topics.
    let name: String
    /// Where the emotion is published.
    let topic: String
    /// The person's grid of due times, see ``DueTimes``.
    let phase: Double
    /// When the next classification is due, monotonic seconds.
    var due: Double
    var buffer = PoseBuffer()
    /// The number in the history since the buffer was last empty; nil before the first pose.
    var stay: Int?
    var smoothing = ProbabilitySmoothing()
    /// When the newest pose arrived, monotonic seconds.
    var lastSeen: Double
    /// The newest pose's stamp, in the source's time.
    var stamp: Double
    /// The newest root in the source's own frame, metres; nil where it is missing or has no place.
    var position: SIMD3<Float>?
    /// Whether the person waits in ``DueQueue``.
    var isWaiting = false
    /// Whether the person is still followed.
    var isPresent = true
    /// Whether the broker may retain an emotion of this run.
    var hasRetainedEmotion = false

    init(name: String, topic: String, phase: Double, due: Double, seen: Double, stamp: Double) {
        self.name = name
        self.topic = topic
        self.phase = phase
        self.due = due
        self.stamp = stamp
        lastSeen = seen
    }

    /// Forgets the poses and what was read from them: the source's clock has jumped.
    func reset() {
        buffer.reset()
        smoothing.reset()
    }
}
