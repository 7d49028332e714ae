import Messaging
import Recognition
import Synchronization

/// What waits for the pipeline, the robots in turns. When it is full, the oldest message of the robot with most messages
/// is dropped: a robot that floods the node loses its own messages and no other's.
///
/// Any thread may push; one thread pops.
final class PipelineQueue: Sendable {
    private struct State {
        var waiting = RobotTurns<PipelineInput>()
        var isClosed = false
        /// Lost messages since ``takeLost()``, by topic.
        var lost: [String: Int] = [:]
        /// All lost messages.
        var dropped = 0
    }

    /// Topics whose lost messages are counted one by one between two reports; those of further topics are only counted
    /// together.
    private static let countedTopics = 2 * PipelineLimits.sources

    private let topics: Topics
    private let capacity: Int
    private let state = Mutex(State())
    private let signal: WakeSignal

    /// - Parameter capacity: Inputs that may wait, of all robots together.
    /// - Throws: `MessagingError.system` if the process has no file descriptors left.
    init(topics: Topics, capacity: Int = PipelineLimits.queuedMessages) throws(MessagingError) {
        (self.topics, self.capacity) = (topics, capacity)
        signal = try WakeSignal()
    }

    /// Adds an input, in place of an older one if the queue is full; drops it if the queue is closed.
    func push(_ input: PipelineInput) {
        let robot = robot(of: input)
        // A displaced input is freed after the lock has been released.
        let displaced = state.withLock { state -> PipelineInput? in
            guard !state.isClosed else { return nil }
            state.waiting.append(input, of: robot)
            guard state.waiting.count > capacity, let displaced = state.waiting.dropFirst() else {
                return nil
            }
            state.dropped += 1
            let isCounted = state.lost[displaced.topic] != nil || state.lost.count < Self.countedTopics
            if isCounted { state.lost[displaced.topic, default: 0] += 1 }
            return displaced
        }
        _ = displaced
        signal.raise()
    }

    /// Wakes the pipeline to look at what else has changed.
    func wake() { signal.raise() }

    /// The next input, without waiting.
    func popIfPresent() -> PipelineInput? { state.withLock { $0.waiting.popFirst() } }

    /// The next input; waits for one until CLOCK_MONOTONIC reaches `deadline` seconds, or until ``wake()`` or ``close()``.
    func pop(until deadline: Double) -> PipelineInput? {
        if let input = popIfPresent() { return input }
        if !isClosed, signal.wait(until: deadline) { signal.lower() }
        return popIfPresent()
    }

    /// Refuses further inputs, and wakes the pipeline.
    func close() {
        state.withLock { $0.isClosed = true }
        signal.raise()
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// How many inputs were dropped because the queue was full.
    var dropped: Int { state.withLock { $0.dropped } }

    /// How many were dropped since the last call, by topic.
    func takeLost() -> [String: Int] {
        state.withLock { state in
            defer { state.lost = [:] }
            return state.lost
        }
    }

    private func robot(of input: PipelineInput) -> String {
        switch input {
        case .message(let message), .oversized(let message, _): topics.robot(of: message.topic) ?? ""
        case .camera(let poses): poses.source.robot
        }
    }
}
