/// Where a layout finds one of the 16 joints.
package enum JointSource: Sendable, Equatable {
    /// The source's joint of this index.
    case joint(Int)
    /// The midpoint of two of the source's joints.
    case midpoint(Int, Int)
    /// The midpoint of two of the source's joints, or a third where either of them is missing.
    case midpointOr(Int, Int, otherwise: Int)
    /// The midpoint of root and neck, for a source that has no joint in the spine.
    case midpointOfRootAndNeck
}
