/// The unit of a source's coordinates, by its name in messages.
package enum LengthUnit: String, CaseIterable, Sendable {
    case metre = "m"
    case centimetre = "cm"
    case millimetre = "mm"

    /// Meters per unit.
    package var metres: Float {
        switch self {
        case .metre: 1
        case .centimetre: 0.01
        case .millimetre: 0.001
        }
    }
}

/// The unit of keypoints in a picture, by its name in messages.
package enum ImageUnit: String, CaseIterable, Sendable {
    /// Pixels from the picture's left and top edge.
    case pixel = "px"
    /// Shares of the picture's width and height.
    case normalized
}

/// The axis that points up in a source's right-handed frame, by its name in messages.
package enum UpAxis: String, CaseIterable, Sendable {
    /// As in a gait.
    case y
    /// As in a robot's frames.
    case z
    /// As in a camera's optical frame: x right, y down, z forward.
    case minusY = "-y"

    /// The position turned about the x axis so that y is up; the frame stays right-handed.
    package func yUp(_ position: SIMD3<Float>) -> SIMD3<Float> {
        switch self {
        case .y: position
        case .z: SIMD3(position.x, position.z, -position.y)
        case .minusY: SIMD3(position.x, -position.y, -position.z)
        }
    }

    /// The reverse of `yUp`: a position with y up in the source's frame.
    package func fromYUp(_ position: SIMD3<Float>) -> SIMD3<Float> {
        switch self {
        case .y: position
        case .z: SIMD3(position.x, -position.z, position.y)
        case .minusY: SIMD3(position.x, -position.y, -position.z)
        }
    }
}

/// What a source's coordinates are relative to.
package enum CoordinateOrigin: String, CaseIterable, Sendable {
    /// A place that stands still, or a camera: bodies have a place relative to each other.
    case world
    /// Each body's own root, as hip-centered estimators give it.
    case root
    /// A picture: joints are keypoints with two coordinates, see ``ImagePose``.
    case image
}
