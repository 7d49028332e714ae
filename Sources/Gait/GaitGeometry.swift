extension Gait {
    /// The length of the bone from a joint to its parent in a frame, metres; 0 for the root.
    func boneLength(frame: Int, joint: Joint) -> Float {
        guard let parent = joint.parent else { return 0 }
        let bone = position(frame: frame, joint: joint) - position(frame: frame, joint: parent)
        return (bone * bone).sum().squareRoot()
    }

    /// The horizontal sum of the vectors from left to right hip and from left to right shoulder, metres.
    ///
    /// The shoulders are added because the hips are so close together that noise turns them a lot.
    package func leftToRight(frame: Int) -> SIMD3<Float> {
        var axis = position(frame: frame, joint: .rightHip) - position(frame: frame, joint: .leftHip)
        axis += position(frame: frame, joint: .rightShoulder) - position(frame: frame, joint: .leftShoulder)
        axis.y = 0
        return axis
    }

    /// Replaces every position by what the closure makes of it.
    mutating func transformPositions(_ transform: (SIMD3<Float>) -> SIMD3<Float>) {
        for start in stride(from: 0, to: coordinates.count, by: 3) {
            let position = transform(
                SIMD3(coordinates[start], coordinates[start + 1], coordinates[start + 2]))
            coordinates[start] = position.x
            coordinates[start + 1] = position.y
            coordinates[start + 2] = position.z
        }
    }

    /// Moves a joint in a frame.
    package mutating func set(_ position: SIMD3<Float>, frame: Int, joint: Joint) {
        let start = frame * Gait.valuesPerFrame + joint.rawValue * 3
        coordinates[start] = position.x
        coordinates[start + 1] = position.y
        coordinates[start + 2] = position.z
    }
}
