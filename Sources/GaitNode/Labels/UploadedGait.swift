import Gait
import Messaging

/// A gait that comes with its label: skeleton messages of one person, oldest first, of at least two and a half seconds.
/// The last window of a longer one counts.
enum UploadedGait {
    /// The messages of one gait: a minute of a fast source.
    static let maximumMessages = 10_000

    /// The window that the messages end with.
    ///
    /// - Throws: `RequestFailure` naming the first message that is wrong, or saying that they do not make a window.
    static func window(of messages: [[UInt8]]) throws(RequestFailure) -> GaitWindow {
        guard messages.count <= maximumMessages else {
            throw unusable("it has \(messages.count) messages; at most \(maximumMessages) are allowed")
        }
        var message = SkeletonMessage()
        var buffer = PoseBuffer()
        for (index, payload) in messages.enumerated() {
            do {
                try message.decode(payload)
            } catch {
                throw unusable("message \(index) is not a skeleton message: \(error.reason.rawValue)")
            }
            if let reason = message.bodyRejections.byName.keys.min() {
                throw unusable("the body of message \(index) is refused: \(reason)")
            }
            guard message.bodies.count == 1, let body = message.bodies.first else {
                throw unusable("message \(index) has \(message.bodies.count) bodies; it must have one")
            }
            guard let stamp = message.stamp else { throw unusable("message \(index) has no stamp") }
            if body.looksLikeImage, let advice = UnreadReason.looksLikeImage.advice {
                throw unusable("message \(index): \(advice)")
            }
            var pose = body.pose
            pose.removeImpossibleJoints()
            guard pose.isPlausible else {
                let reason = RejectionReason.implausibleGeometry
                throw unusable(
                    "the body of message \(index) is refused: \(message.advice(on: reason) ?? reason.rawValue)"
                )
            }
            let admission = buffer.append(pose, at: stamp)
            guard admission == .accepted || admission == .tooFrequent || admission == .empty else {
                throw unusable("message \(index) is refused: \(admission.rawValue)")
            }
        }
        buffer.removeOutlyingJoints()
        guard let window = buffer.window() else {
            let seconds = PoseBuffer.windowSeconds
            throw unusable(
                "its \(messages.count) messages do not cover the \(seconds) s before the last one well enough"
            )
        }
        try check(window.gait)
        return window
    }

    /// - Throws: `RequestFailure` if the source's axes are wrong.
    private static func check(_ gait: Gait) throws(RequestFailure) {
        guard let advice = WalkDetector().unread(gait)?.reason?.advice else { return }
        throw unusable(advice)
    }

    private static func unusable(_ reason: String) -> RequestFailure {
        RequestFailure(.unusableGait, "the uploaded gait cannot be used: \(reason)")
    }
}
