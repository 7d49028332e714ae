/// Why a person is not read, by its name on the wire.
package enum UnreadReason: String, Codable, Sendable, CaseIterable {
    /// The person walks backward.
    case backward
    /// The head is below the feet, or a lying body walks: the source's `up` is wrong.
    case upsideDown = "upside_down"
    /// The coordinates are those of a picture.
    case looksLikeImage = "looks_like_image"
    /// Left and right are exchanged: of the whole body, or of its legs or arms.
    case mirrored
    /// The joints are no person's: see ``Gait/isPlausible``.
    case implausible
    /// The person moved faster than people can, so another one may be there.
    case leap
    /// The person was not seen for long enough yet.
    case tooShort = "too_short"
    /// Joints are missing in too much of the window.
    case gaps

    /// What the source's operator can do about it; nil if nothing is wrong with the source.
    package var advice: String? {
        switch self {
        case .upsideDown:
            "a body's head is below its feet or beside them: check the field 'up' (y, z or -y) and 'orientation', or how "
                + "the camera's picture is turned"
        case .looksLikeImage:
            "the joints look like a picture's: x and y from 0 to 1 or in pixels, with a score for depth; "
                + "send meters, or for keypoints say \"origin\": \"image\", with "
                + "\"image\": {\"width\", \"height\"} and joints [x, y, confidence]"
        case .mirrored:
            "left and right are exchanged: check 'layout', and that the axes are right-handed"
        case .implausible:
            "the joints are no person's, or tremble by more than 5 cm: check 'layout' and the estimator's depth"
        case .backward, .leap, .tooShort, .gaps: nil
        }
    }
}

extension Pose {
    /// The furthest that a joint can be from the root, meters: a tall adult's raised hand, with an estimator's noise.
    private static let reach: Float = 1.5
    /// The longest bone, meters: a tall adult's thigh, with noise.
    private static let longestBone: Float = 0.9

    /// Removes joints that stand where no joint can be: at the root, where estimators put what they did not see, or out of
    /// the body's reach. A body most of whose joints are out of reach keeps them: its unit is wrong, and
    /// ``isPlausible`` tells.
    package mutating func removeImpossibleJoints() {
        removePlaceholders()
        guard let center = center() else { return }
        for joint in Joint.allCases where present.contains(joint) {
            if (self[joint] - center).length > Self.reach { remove(joint) }
        }
        for joint in Joint.allCases {
            guard let parent = joint.parent, let place = position(joint), let origin = position(parent) else {
                continue
            }
            // The outer end is the more probable fault.
            if (place - origin).length > Self.longestBone { remove(joint) }
        }
    }

    /// Removes joints at exactly the root's place.
    private mutating func removePlaceholders() {
        guard let root = position(.root) else { return }
        for joint in Joint.allCases where joint != .root && present.contains(joint) && self[joint] == root {
            remove(joint)
        }
    }

    /// The place within reach of most joints: the root, or the joints' median if the root itself is the fault; nil if
    /// there is none.
    private func center() -> SIMD3<Float>? {
        if let root = position(.root), reachesMostJoints(from: root) { return root }
        guard !present.isEmpty else { return nil }
        var middle = SIMD3<Float>.zero
        for axis in 0..<3 {
            middle[axis] = median(Joint.allCases.filter(present.contains).map { self[$0][axis] })
        }
        return reachesMostJoints(from: middle) ? middle : nil
    }

    private func reachesMostJoints(from place: SIMD3<Float>) -> Bool {
        var near = 0
        for joint in Joint.allCases where present.contains(joint) {
            if (self[joint] - place).length <= Self.reach { near += 1 }
        }
        return near * 2 > present.count
    }
}

extension LegMotion {
    /// Whether the body is upside down, or lies and swings its legs as in walking: the source's up axis is wrong. A person
    /// who only lies down is neither.
    package var isUpsideDown: Bool {
        bodyUprightness < -0.2
            || (abs(bodyUprightness) < 0.4 && swing >= WalkDetector.defaultMinimumLegSwing)
    }
}

/// Whether a body's numbers, as sent, are those of a picture instead of places: x and y from 0 to 1 of the picture, or in
/// pixels, and a score or nothing in the third place.
///
/// A walking body in meters is taller than 1 and shorter than 3, and no body is flat to a hundredth of its height.
package struct PictureCheck: Sendable {
    /// Keypoints may lie a little outside of the picture.
    private static let margin: Float = 0.15
    /// The largest extent of a body in one direction, meters.
    private static let tallest: Float = 3
    /// Beyond this a picture is no picture.
    private static let largestPicture: Float = 50_000

    private var low = SIMD3<Float>(repeating: .infinity)
    private var high = SIMD3<Float>(repeating: -.infinity)
    private var joints = 0

    package init() {}

    /// Takes in one joint's numbers as sent: in the source's unit and axes.
    package mutating func add(_ numbers: SIMD3<Float>) {
        low.replace(with: numbers, where: numbers .< low)
        high.replace(with: numbers, where: numbers .> high)
        joints += 1
    }

    /// - Parameter units: The source's claim.
    package func looksLikeImage(units: LengthUnit) -> Bool {
        guard joints >= 5 else { return false }
        let extent = high - low
        let across = max(extent.x, extent.y)
        // A body without extent is no body of any kind.
        guard across > 0.02, across < Self.largestPicture else { return false }
        let hasScore = low.z >= 0 && high.z <= 1
        let isNormalized = min(low.x, low.y) >= -Self.margin && max(high.x, high.y) <= 1 + Self.margin
        if hasScore, isNormalized, extent.y <= 1 { return true }
        // In pixels. What is flat beside its extent is no body in any unit.
        let isFlat = extent.z < 0.01 * across && min(extent.x, extent.y) > 0.01 * across
        return (hasScore && across * units.metres > Self.tallest && units == .metre)
            || (isFlat && hasScore && across > 20)
    }
}
