import Gait
package import Messaging
package import Recognition

/// What the pipeline takes in. Whatever else changes is in ``ConnectionMonitor``, ``ModelSlot``, ``ConfigurationReload`` and
/// ``SharedOptOuts``, and ``PipelineQueue/wake()`` says so.
enum PipelineInput: Sendable {
    /// A message from the broker.
    case message(MQTTMessage)
    /// A message that was too large to pass on, without its payload.
    case oversized(MQTTMessage, bytes: Int)
    /// The people in a camera's frame.
    case camera(CameraPoses)

    var topic: String {
        switch self {
        case .message(let message), .oversized(let message, _): message.topic
        case .camera(let poses): poses.topic
        }
    }
}

/// The people in one frame of a camera, on their way from the perception thread to the pipeline.
struct CameraPoses: Sendable {
    /// The frames' topic.
    let topic: String
    let source: SkeletonSource
    /// The frame's time, in the source's own.
    let time: Double
    /// Monotonic seconds.
    let arrival: Double
    let frameIdentifier: String?
    /// Whether the camera's numbers begin again with this frame: its clock jumped, or its picture has another size.
    let beginsAgain: Bool
    /// By the camera's own numbers, root-relative, meters, y up.
    let bodies: [SourceBody]
}

/// The bounds of what the node keeps in memory; published in `info`.
enum PipelineLimits {
    /// Skeleton messages that wait for the pipeline; beyond it the oldest of the robot with most is dropped and counted.
    static let queuedMessages = 256
    /// Bytes of a received payload. 64 bodies of 33 joints with full precision are 180 kB. A queue full of the
    /// largest payloads is 64 MB, so that no burst takes the daemon beyond 120 MB and what `GaitHistory` keeps.
    static let payloadBytes = 256 << 10
    /// Messages that wait to be published: more than a goodbye to `pipeline.max_people` takes.
    static let outgoingMessages = 4096
    /// People classified in one batch: few enough that no message waits long for the end of the batch.
    static let batchPeople = 8
    /// Seconds for which waiting messages are processed before the next batch is classified.
    static let longestIntake = 0.02
    /// Sources with counters of their own in `health`; those beyond are dropped and counted together.
    static let sources = 64
}

extension SkeletonMessage {
    /// Writes the message's bodies as a recognizer takes them, in place of the array's contents.
    package func write(to sourceBodies: inout [SourceBody]) {
        sourceBodies.removeAll(keepingCapacity: true)
        for body in bodies {
            sourceBodies.append(
                SourceBody(
                    identifier: body.id.map { .named($0) } ?? .unnamed, pose: body.pose,
                    position: position(of: body), looksLikeImage: body.looksLikeImage,
                    image: image))
        }
    }

    /// The root in the source's own frame, meters; nil if it is missing or every body has its own origin.
    private func position(of body: Body) -> SIMD3<Float>? {
        guard origin == .world, body.pose.present.contains(.root) else { return nil }
        return inSourceFrame(body.pose[.root])
    }
}
