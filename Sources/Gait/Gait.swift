/// A walk as the models see it: frames of 16 joints at 30 frames a second, meters, y up, right-handed.
package struct Gait: Sendable, Equatable {
    /// Frames per second of every gait.
    package static let frameRate: Float = 30
    /// The frames of a window, T of the network: 2.5 s.
    package static let windowFrames = 75
    /// The values of a frame: 16 joints of 3 coordinates.
    package static let valuesPerFrame = Joint.count * 3

    /// The coordinates `[T, V, C]`, row major: 48 a frame, exactly a row of the E-Gait files.
    package internal(set) var coordinates: [Float]

    /// The number of frames, at least 1.
    package var frames: Int { coordinates.count / Gait.valuesPerFrame }

    /// A gait of the given coordinates `[T, V, C]`, meters.
    ///
    /// - Throws: `GaitError` if there is no frame, the length is no multiple of 48, or a coordinate is not finite or
    ///   further than `Pose.limit` from the origin.
    package init(coordinates: [Float]) throws(GaitError) {
        guard !coordinates.isEmpty else { throw .empty }
        guard coordinates.count.isMultiple(of: Gait.valuesPerFrame) else {
            throw .incompleteFrame(values: coordinates.count)
        }
        for (index, value) in coordinates.enumerated() where !(abs(value) <= Pose.limit) {
            let frame = index / Gait.valuesPerFrame
            let joint = Joint.allCases[index % Gait.valuesPerFrame / 3]
            guard value.isFinite else { throw .notFinite(frame: frame, joint: joint) }
            throw .outOfRange(frame: frame, joint: joint, value: value)
        }
        self.init(validated: coordinates)
    }

    /// A gait of coordinates `[T, V, C]` that are known to be whole frames of finite values, such as those
    /// computed from another gait.
    package init(validated coordinates: [Float]) {
        assert(!coordinates.isEmpty && coordinates.count.isMultiple(of: Gait.valuesPerFrame))
        self.coordinates = coordinates
    }

    /// A joint's position in a frame, meters.
    package func position(frame: Int, joint: Joint) -> SIMD3<Float> {
        let start = frame * Gait.valuesPerFrame + joint.rawValue * 3
        return SIMD3(coordinates[start], coordinates[start + 1], coordinates[start + 2])
    }

    /// All joints in a frame.
    package func pose(frame: Int) -> Pose {
        Pose(positions: InlineArray { position(frame: frame, joint: Joint.allCases[$0]) })
    }

    /// The gait repeated from its beginning, or cut, so that it has the given number of frames.
    package func looped(to frames: Int) -> Gait {
        let wanted = max(frames, 1) * Gait.valuesPerFrame
        if wanted == coordinates.count { return self }
        var looped = [Float]()
        looped.reserveCapacity(wanted)
        while looped.count < wanted {
            looped.append(contentsOf: coordinates.prefix(wanted - looped.count))
        }
        return Gait(validated: looped)
    }

    /// The non-overlapping windows of 75 frames, the remainder dropped; a shorter gait is returned as it was
    /// recorded.
    package func windows() -> [Gait] {
        if frames <= Gait.windowFrames { return [self] }
        return stride(from: 0, through: frames - Gait.windowFrames, by: Gait.windowFrames).map { start in
            slice(start: start, frames: Gait.windowFrames)
        }
    }

    /// Consecutive frames of the gait. A range that reaches outside the gait is cut to it, keeping one frame.
    package func slice(start: Int, frames count: Int) -> Gait {
        let first = min(max(start, 0), frames - 1)
        let end = min(max(start + count, first + 1), frames)
        return Gait(
            validated: Array(coordinates[first * Gait.valuesPerFrame..<end * Gait.valuesPerFrame]))
    }

    /// The gait with the root subtracted in every frame, as hip-centered sources give it.
    package func rootRelative() -> Gait {
        var relative = coordinates
        for frame in stride(from: 0, to: relative.count, by: Gait.valuesPerFrame) {
            let (x, y, z) = (relative[frame], relative[frame + 1], relative[frame + 2])
            for joint in stride(from: frame, to: frame + Gait.valuesPerFrame, by: 3) {
                relative[joint] -= x
                relative[joint + 1] -= y
                relative[joint + 2] -= z
            }
        }
        return Gait(validated: relative)
    }
}

extension Gait {
    /// The length of the bone from a joint to its parent in a frame, meters; 0 for the root.
    package func boneLength(frame: Int, joint: Joint) -> Float {
        guard let parent = joint.parent else { return 0 }
        return (position(frame: frame, joint: joint) - position(frame: frame, joint: parent)).length
    }

    /// The horizontal sum of the vectors from left to right hip and from left to right shoulder, meters.
    ///
    /// The shoulders are added because the hips are so close together that noise turns them a lot.
    package func leftToRight(frame: Int) -> SIMD3<Float> {
        var axis = position(frame: frame, joint: .rightHip) - position(frame: frame, joint: .leftHip)
        axis += position(frame: frame, joint: .rightShoulder) - position(frame: frame, joint: .leftShoulder)
        axis.y = 0
        return axis
    }

    /// The sum of ``leftToRight(frame:)`` over all frames, meters.
    package func leftToRight() -> SIMD3<Float> {
        (0..<frames).reduce(.zero) { $0 + leftToRight(frame: $1) }
    }

    /// Replaces every position with the closure's result.
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

/// Why the coordinates of a gait are invalid.
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
            "The gait has \(values) values, which is not a multiple of \(Gait.valuesPerFrame) "
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
