import Gait
import Messaging
import Recognition

/// A gait that comes with its label: skeleton messages of one person, oldest first, of at least two and a half seconds.
/// The last window of a longer one counts.
enum UploadedGait {
    /// The messages of one gait: a minute of a fast source.
    static let maximumMessages = 10_000

    /// The window that the messages end with, and what pictures showed of it if it was lifted.
    ///
    /// - Throws: `RequestFailure` naming the first message that is wrong, or saying that they do not make a window.
    static func window(
        of messages: [[UInt8]], _ lifter: ServedLifter
    ) throws(RequestFailure) -> (GaitWindow, seen: ImageWindow?) {
        guard messages.count <= maximumMessages else {
            throw unusable("it has \(messages.count) messages; at most \(maximumMessages) are allowed")
        }
        var message = SkeletonMessage()
        var buffer = PoseBuffer()
        var origins: Set<CoordinateOrigin> = []
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
            origins.insert(message.origin)
            var source = SourceBody(identifier: .unnamed, pose: body.pose)
            source.removeImpossibleJoints(message.origin)
            guard source.isPlausible(message.origin) else {
                let reason = RejectionReason.implausibleGeometry
                throw unusable(
                    "the body of message \(index) is refused: \(message.advice(on: reason) ?? reason.rawValue)"
                )
            }
            let admission = buffer.append(source.pose, at: stamp)
            guard admission == .accepted || admission == .tooFrequent || admission == .empty else {
                throw unusable("message \(index) is refused: \(admission.rawValue)")
            }
        }
        guard origins.count == 1 || !origins.contains(.image) else {
            throw unusable("some of its messages have the origin image, others have not")
        }
        var window: GaitWindow?
        var seen: ImageWindow?
        if origins.contains(.image) {
            seen = buffer.imageWindow()
            if let seen { window = try lifter.gaitWindow(seen, tilt: message.image?.tilt) }
        } else {
            buffer.removeOutlyingJoints()
            window = buffer.window()
        }
        guard let window else {
            let seconds = PoseBuffer.windowSeconds
            throw unusable(
                "its \(messages.count) messages do not cover the \(seconds) s before the last one well enough"
            )
        }
        try check(window.gait)
        return (window, seen)
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
