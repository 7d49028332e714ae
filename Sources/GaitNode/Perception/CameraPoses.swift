import Gait
import Messaging

/// The people in one frame of a camera, on their way from the perception's thread to the pipeline's.
struct CameraPoses: Sendable {
    /// One of them.
    struct Body: Sendable {
        /// The camera's own number of the person, see `TrackedBody`.
        let number: Int
        /// Root-relative, metres, y up.
        let pose: Pose
    }

    /// The frames' topic.
    let topic: String
    let source: SkeletonSource
    /// The frame's time, in the source's own.
    let stamp: Double
    /// Monotonic seconds.
    let arrival: Double
    let frameIdentifier: String?
    /// Whether the camera's numbers begin anew with this frame: its clock jumped, or its picture has another size.
    let beginsAnew: Bool
    let bodies: [Body]
}
