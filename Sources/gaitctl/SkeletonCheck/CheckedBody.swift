import Gait

/// One body of a stream as it would be with the right fields: metres, y up.
struct CheckedBody {
    /// Nil where the body was read past gaitd's checks.
    let id: String?
    /// Monotonic seconds of its arrival.
    let time: Double
    let pose: Pose
}
