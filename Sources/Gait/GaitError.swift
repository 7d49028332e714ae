/// What is wrong with the coordinates of a gait.
package enum GaitError: Error, Equatable, CustomStringConvertible {
    /// There is no frame.
    case empty
    /// The number of values is no multiple of 48.
    case incompleteFrame(values: Int)
    /// A coordinate is not a number, or infinite.
    case notFinite(frame: Int, joint: Joint)
    /// A coordinate is further from the origin than `Pose.limit`.
    case outOfRange(frame: Int, joint: Joint, value: Float)

    package var description: String {
        switch self {
        case .empty:
            "The gait has no frames; at least one frame of \(Gait.valuesPerFrame) values is needed."
        case .incompleteFrame(let values):
            "The gait has \(values) values, which is no multiple of \(Gait.valuesPerFrame) "
                + "(16 joints of x, y, z a frame)."
        case .notFinite(let frame, let joint):
            "Joint \(joint.name) of frame \(frame) has a coordinate that is not finite; "
                + "leave the frame out or interpolate it."
        case .outOfRange(let frame, let joint, let value):
            "Joint \(joint.name) of frame \(frame) has the coordinate \(value), which is beyond "
                + "\(Pose.limit) m; check the unit of the source."
        }
    }
}
