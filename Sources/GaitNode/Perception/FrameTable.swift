import Messaging
import Synchronization

/// The cameras whose frames wait, one frame each: a newer one takes the place of one that nobody has looked at.
///
/// A bounded number of cameras, since their names come from topics that anybody at the broker can publish to. The
/// network thread puts frames in, the perception's thread takes them out, the pipeline's reads the figures.
final class FrameTable: Sendable {
    private struct Camera {
        let source: SkeletonSource
        var waiting: WaitingFrame?
        var figures = SourceMetrics()
        /// Whether a frame of it could ever be decoded: what never could gives way to what can.
        var wasEverValid = false
        /// The number of frames taken out in all when one of this camera was, last.
        var served = 0

        func isDispensable(at now: Double) -> Bool {
            !wasEverValid || now - (figures.lastArrival ?? now) >= PipelineLimits.idleSource
        }
    }

    private struct State {
        var cameras: [String: Camera] = [:]
        /// The counters of all frames whose camera has no place.
        var unlisted = SourceMetrics()
        var served = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let signal: WakeSignal
    private let topics: Topics
    private let maximumBytes: Int

    /// - Parameter maximumBytes: the size of a frame from which it is refused.
    /// - Throws: `MessagingError.system` where the process has no file descriptors left.
    init(topics: Topics, maximumBytes: Int) throws(MessagingError) {
        signal = try WakeSignal()
        (self.topics, self.maximumBytes) = (topics, maximumBytes)
    }

    // MARK: The network thread

    /// Takes a message that is a frame.
    ///
    /// - Parameter oversizedBytes: the size of a payload that was too large to be handed on.
    /// - Returns: whether it was a frame.
    func take(_ message: MQTTMessage, oversizedBytes: Int? = nil) -> Bool {
        // Asked first, since it costs nothing of the many messages that are none.
        guard message.topic.hasSuffix("/frame") else { return false }
        let isKnown = state.withLock { $0.cameras[message.topic] != nil }
        guard isKnown || topics.isFrame(message.topic) else { return false }
        let arrival = message.arrival ?? Arrival.now()
        let isTooLarge = (oversizedBytes ?? message.payload.count) > maximumBytes
        // What is displaced is freed after the lock has been released.
        let displaced = state.withLock { state -> WaitingFrame? in
            guard admit(message.topic, at: arrival.monotonic, into: &state) else { return nil }
            return put(message, arrival: arrival, isTooLarge: isTooLarge, into: &state)
        }
        _ = displaced
        signal.raise()
        return true
    }

    /// Gives a new camera a place, if there is one.
    private func admit(_ topic: String, at now: Double, into state: inout State) -> Bool {
        if state.cameras[topic] != nil { return true }
        guard let source = topics.parseFrame(topic) else {
            state.unlisted.noteArrival(at: now)
            state.unlisted.rejected.count(RejectionReason.invalidTopic.rawValue)
            return false
        }
        if state.cameras.count >= PerceptionLimits.cameras {
            let dispensable = state.cameras.filter { $0.value.isDispensable(at: now) }
                .min { ($0.value.figures.lastArrival ?? 0) < ($1.value.figures.lastArrival ?? 0) }
            guard let dispensable else {
                state.unlisted.noteArrival(at: now)
                state.unlisted.dropped.count("too_many_sources")
                return false
            }
            state.cameras[dispensable.key] = nil
        }
        state.cameras[topic] = Camera(source: source)
        return true
    }

    private func put(
        _ message: MQTTMessage, arrival: Arrival, isTooLarge: Bool, into state: inout State
    ) -> WaitingFrame? {
        guard var camera = state.cameras[message.topic] else { return nil }
        camera.figures.noteArrival(at: arrival.monotonic)
        var displaced: WaitingFrame?
        if isTooLarge {
            camera.figures.rejected.count("too_large")
        } else if !state.isClosed {
            displaced = camera.waiting
            if displaced != nil { camera.figures.dropped.count("newer_frame") }
            camera.waiting = WaitingFrame(message: message, source: camera.source, arrival: arrival)
        }
        state.cameras[message.topic] = camera
        return displaced
    }

    // MARK: The perception's thread

    /// Takes out a frame of the camera that was not served for longest; waits for one until CLOCK_MONOTONIC reaches
    /// `deadline` seconds.
    func next(until deadline: Double) -> WaitingFrame? {
        while true {
            let (frame, isClosed) = state.withLock { (Self.takeOut(of: &$0), $0.isClosed) }
            if isClosed { return nil }
            if let frame { return frame }
            guard signal.wait(until: deadline) else { return nil }
            signal.lower()
        }
    }

    private static func takeOut(of state: inout State) -> WaitingFrame? {
        let next = state.cameras.filter { $0.value.waiting != nil }.min { $0.value.served < $1.value.served }
        guard let (topic, camera) = next else { return nil }
        state.served += 1
        state.cameras[topic]?.served = state.served
        state.cameras[topic]?.waiting = nil
        return camera.waiting
    }

    /// Whether a camera has a place.
    func contains(topic: String) -> Bool { state.withLock { $0.cameras[topic] != nil } }

    /// Counts a frame that was looked at.
    func countAccepted(of topic: String) {
        state.withLock { state in
            state.cameras[topic]?.figures.countAccepted()
            state.cameras[topic]?.wasEverValid = true
        }
    }

    /// Counts a frame that was refused.
    func countRejected(_ reason: String, of topic: String) {
        state.withLock { $0.cameras[topic]?.figures.rejected.count(reason) }
    }

    /// Counts a good frame that was not used, or what happened at it.
    func countDropped(_ reason: String, of topic: String) {
        state.withLock { $0.cameras[topic]?.figures.dropped.count(reason) }
    }

    /// Wakes the thread for its end; what waits is not handed out.
    func close() {
        state.withLock { state in
            state.isClosed = true
            for topic in state.cameras.keys { state.cameras[topic]?.waiting = nil }
        }
        signal.raise()
    }

    /// Whether ``close()`` was called.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    // MARK: The pipeline's thread

    /// The figures of every camera for `health`, and the start of a new interval; `other` holds those without a place.
    func report(elapsed: Double, now: Double) -> [String: HealthMessage.Source] {
        state.withLock { state in
            var sources: [String: HealthMessage.Source] = [:]
            for (topic, camera) in state.cameras {
                let label = "\(camera.source.robot)/\(camera.source.name)"
                sources[label] = state.cameras[topic]?.figures.report(elapsed: elapsed, now: now)
            }
            if state.unlisted.lastArrival != nil {
                sources["other"] = state.unlisted.report(elapsed: elapsed, now: now)
            }
            return sources
        }
    }
}
