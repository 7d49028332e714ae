/// A body as one picture shows it: the rays to its joints, and how sure the estimator is of each.
///
/// It is a ``Pose`` whose coordinates are the ray's tangents to the right and down from the optical axis, and the
/// confidence, so that the layouts' mapping and the buffers serve pictures too. Rules in meters do not apply to it; those
/// of pictures are here.
package struct ImagePose: Sendable, Equatable {
    /// The heights that a body may have in a picture, tangents: a tall person 200 m away, and a hand's breadth away.
    private static let plausibleHeight: ClosedRange<Float> = 0.008...15
    /// How far a joint may be from the body's middle, as a multiple of the joints' median distance from it: a raised hand
    /// of a person seen from ahead is 4 of them away.
    private static let reach: Float = 6
    /// Joints below which there is no middle.
    private static let leastJoints = 5
    /// A body's height where no limb tells it, tangents: a person 6 m away.
    private static let assumedHeight: Float = 0.3

    package private(set) var pose: Pose

    /// - Parameter pose: of rays and confidences. A missing root is put between the hips.
    package init(_ pose: Pose) {
        self.pose = pose
        if !pose.present.contains(.root), let left = pose.position(.leftHip),
            let right = pose.position(.rightHip)
        {
            self.pose[.root] = (left + right) / 2
        }
    }

    /// The coordinates of a joint that was seen.
    ///
    /// - Parameter confidence: above 0; estimators that count to more than 1 are cut off there.
    package static func joined(ray: SIMD2<Float>, confidence: Float) -> SIMD3<Float> {
        SIMD3(ray.x, ray.y, min(confidence, 1))
    }

    /// The ray and the confidence of a joint's coordinates.
    package static func split(_ coordinates: SIMD3<Float>) -> (ray: SIMD2<Float>, confidence: Float) {
        (SIMD2(coordinates.x, coordinates.y), coordinates.z)
    }

    /// The ray to a joint; nil if the joint is missing.
    package func ray(_ joint: Joint) -> SIMD2<Float>? { pose.position(joint).map { Self.split($0).ray } }

    // MARK: - Size and place

    /// Joints in a row whose distances add up to a typical share of a body's height.
    private struct Part {
        let joints: (Joint, Joint, Joint?)
        let share: Float

        /// - Parameter bones: by their outer joints.
        init(_ joints: (Joint, Joint, Joint?), bones: Joint...) {
            self.joints = joints
            share = bones.reduce(0) { $0 + Float(LayoutCheck.typical[$1.rawValue]) }
        }
    }

    private static let parts = [
        Part((.root, .neck, nil), bones: .spine, .neck),
        Part((.leftHip, .leftKnee, .leftFoot), bones: .leftKnee, .leftFoot),
        Part((.rightHip, .rightKnee, .rightFoot), bones: .rightKnee, .rightFoot),
        Part((.leftShoulder, .rightShoulder, nil), bones: .leftShoulder, .rightShoulder),
    ]

    /// The height that the body has in the picture when it stands, tangents: by its longest part, as the others may point
    /// toward the camera; nil if no part is there.
    package var height: Float? {
        var height: Float?
        for part in Self.parts {
            guard let length = length(of: part) else { continue }
            height = max(height ?? 0, length / part.share)
        }
        return height
    }

    private func length(of part: Part) -> Float? {
        guard let first = ray(part.joints.0), let second = ray(part.joints.1) else { return nil }
        guard let third = part.joints.2 else { return (second - first).length }
        guard let end = ray(third) else { return nil }
        return (second - first).length + (end - second).length
    }

    /// ``height``, or a typical one.
    package var effectiveHeight: Float {
        height.map { max($0, Self.plausibleHeight.lowerBound) } ?? Self.assumedHeight
    }

    /// Where the body is in the picture: the ray to its root, or to the mean of its joints; nil if it has none.
    package var place: SIMD2<Float>? {
        if let root = ray(.root) { return root }
        guard !pose.present.isEmpty else { return nil }
        var sum = SIMD2<Float>.zero
        for joint in Joint.allCases { sum += ray(joint) ?? .zero }
        return sum / Float(pose.present.count)
    }

    // MARK: - Plausibility

    /// Whether the body has a size that a picture can show; true if its size is unknown.
    package var isPlausible: Bool { height.map(Self.plausibleHeight.contains) ?? true }

    /// Whether the neck is below the root: the picture is upside down, or the person bends over; nil if either is missing.
    package var isInverted: Bool? {
        guard let neck = ray(.neck), let root = ray(.root) else { return nil }
        return neck.y > root.y
    }

    /// Removes joints that are too far from the others, as estimators' spikes are.
    package mutating func removeImpossibleJoints() {
        guard pose.present.count >= Self.leastJoints else { return }
        let middle = SIMD2(medianOfJoints { $0.x }, medianOfJoints { $0.y })
        let typical = medianOfJoints { ($0 - middle).length }
        guard typical > 0 else { return }
        for joint in Joint.allCases {
            guard let ray = ray(joint), (ray - middle).length > Self.reach * typical else { continue }
            pose.remove(joint)
        }
    }

    /// The upper median over the joints that are there, without an allocation.
    private func medianOfJoints(_ value: (SIMD2<Float>) -> Float) -> Float {
        var sorted = InlineArray<16, Float>(repeating: 0)
        var count = 0
        for joint in Joint.allCases {
            guard let ray = ray(joint) else { continue }
            let new = value(ray)
            var place = count
            while place > 0, sorted[place - 1] > new {
                sorted[place] = sorted[place - 1]
                place -= 1
            }
            sorted[place] = new
            count += 1
        }
        return sorted[count / 2]
    }
}
