import Messaging
import Synchronization

/// The newest frame of each camera on its way to the perception thread: a newer frame replaces one that was not
/// processed yet. The network thread adds frames, the perception thread takes them, and the pipeline's thread reads
/// the counters.
final class FrameMailbox: Sendable {
    /// One camera's newest frame.
    struct Frame: Sendable {
        /// JPEG bytes, topic, user properties and arrival.
        let message: MQTTMessage
        let source: SkeletonSource
        let arrival: Arrival

        /// The moment of acquisition that the sender names, seconds; nil unless it is a number.
        var stamp: Double? {
            message.userProperty("stamp").flatMap(Double.init).flatMap { $0.isFinite ? $0 : nil }
        }

        /// The sender's name of the camera's frame of reference; nil if it is missing or invalid.
        var frameIdentifier: String? {
            message.userProperty("frame_id").flatMap {
                $0.utf8.count <= PerceptionLimits.frameIdentifierBytes ? $0 : nil
            }
        }
    }

    private struct Slot {
        var waiting: Frame?
        /// The number of frames taken out in all when one of this camera was, last.
        var served = 0
    }

    private struct State {
        var cameras = SourceRegistry<Slot>(limit: PerceptionLimits.cameras)
        var served = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let signal: WakeSignal
    private let topics: Topics
    private let maximumBytes: Int

    /// - Parameter maximumBytes: Larger frames are refused.
    /// - Throws: `MessagingError.system` if the process has no file descriptors left.
    init(topics: Topics, maximumBytes: Int) throws(MessagingError) {
        signal = try WakeSignal()
        (self.topics, self.maximumBytes) = (topics, maximumBytes)
    }

    // MARK: The network thread

    /// Takes a message that is a frame.
    ///
    /// - Parameter oversizedBytes: The size of a payload that was too large to pass on.
    /// - Returns: Whether it was a frame.
    func take(_ message: MQTTMessage, oversizedBytes: Int? = nil) -> Bool {
        // Asked first, since it costs nothing for the many messages that are not frames.
        guard message.topic.hasSuffix("/frame") else { return false }
        let isKnown = state.withLock { $0.cameras.entries[message.topic] != nil }
        guard isKnown || topics.isFrame(message.topic) else { return false }
        let arrival = message.arrival ?? Arrival.now()
        let isTooLarge = (oversizedBytes ?? message.payload.count) > maximumBytes
        // A displaced frame is freed after the lock has been released.
        let displaced = state.withLock { state -> Frame? in
            let admission = state.cameras.admit(
                message.topic, as: topics.parseFrame, at: arrival.monotonic, state: { _ in Slot() })
            guard admission == .listed, let source = state.cameras.entries[message.topic]?.source else {
                return nil
            }
            if isTooLarge {
                state.cameras.entries[message.topic]?.metrics.rejected.count("too_large")
                return nil
            }
            if state.isClosed { return nil }
            let displaced = state.cameras.entries[message.topic]?.state.waiting
            if displaced != nil {
                state.cameras.entries[message.topic]?.metrics.dropped.count("newer_frame")
            }
            state.cameras.entries[message.topic]?.state.waiting = Frame(
                message: message, source: source, arrival: arrival)
            return displaced
        }
        _ = displaced
        signal.raise()
        return true
    }

    // MARK: The perception thread

    /// Takes out a frame of the camera that was not served for longest; waits for one until CLOCK_MONOTONIC reaches
    /// `deadline` seconds.
    func next(until deadline: Double) -> Frame? {
        while true {
            let (frame, isClosed) = state.withLock { (Self.takeOut(of: &$0), $0.isClosed) }
            if isClosed { return nil }
            if let frame { return frame }
            guard signal.wait(until: deadline) else { return nil }
            signal.lower()
        }
    }

    private static func takeOut(of state: inout State) -> Frame? {
        let next = state.cameras.entries.filter { $0.value.state.waiting != nil }
            .min { $0.value.state.served < $1.value.state.served }
        guard let (topic, camera) = next else { return nil }
        state.served += 1
        state.cameras.entries[topic]?.state = Slot(waiting: nil, served: state.served)
        return camera.state.waiting
    }

    /// Whether a camera has a place.
    func contains(topic: String) -> Bool { state.withLock { $0.cameras.entries[topic] != nil } }

    /// Counts a frame whose people were searched.
    func countAccepted(of topic: String) {
        state.withLock { state in
            state.cameras.entries[topic]?.metrics.countAccepted()
            state.cameras.entries[topic]?.wasEverValid = true
        }
    }

    /// Counts a frame that was refused.
    func countRejected(_ reason: String, of topic: String) {
        state.withLock { $0.cameras.entries[topic]?.metrics.rejected.count(reason) }
    }

    /// Counts a good frame that was not used, or something that happened at it.
    func countDropped(_ reason: String, of topic: String) {
        state.withLock { $0.cameras.entries[topic]?.metrics.dropped.count(reason) }
    }

    /// Wakes the thread for its end; frames that wait are not handed out.
    func close() {
        state.withLock { state in
            state.isClosed = true
            for topic in Array(state.cameras.entries.keys) {
                state.cameras.entries[topic]?.state.waiting = nil
            }
        }
        signal.raise()
    }

    /// Whether ``close()`` was called.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    // MARK: The pipeline's thread

    /// The counters of every camera for `health`, and the start of a new interval; `other` holds cameras without a place.
    func report(elapsed: Double, now: Double) -> [String: HealthMessage.Source] {
        state.withLock { state in
            var sources: [String: HealthMessage.Source] = [:]
            state.cameras.report(elapsed: elapsed, now: now, into: &sources)
            return sources
        }
    }
}
