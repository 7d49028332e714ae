import Foundation

/// The 29 affective features of a gait: posture and movement from which people perceive emotions.
///
/// Bhattacharya et al., "STEP" (AAAI 2020), table 1, in physical units. They are means over the recorded
/// frames: compute them before a gait is looped.
package enum AffectiveFeatures {
    /// The number of features.
    package static let count = 29

    /// The features' names with their units, in order.
    package static let names = [
        "bounding_box_volume_m3", "angle_neck_shoulders_deg", "angle_shoulder4_deg", "angle_shoulder7_deg",
        "angle_head_vertical_deg", "angle_neck_head_spine_deg", "dist6_m", "dist9_m", "dist12_m", "dist15_m",
        "area_hands_neck_m2", "area_feet_root_m2", "speed6_mps", "speed9_mps", "speed3_mps", "speed12_mps",
        "speed15_mps", "accel6_mps2", "accel9_mps2", "accel3_mps2", "accel12_mps2", "accel15_mps2",
        "jerk6_mps3", "jerk9_mps3", "jerk3_mps3", "jerk12_mps3", "jerk15_mps3", "stride_frames",
        "gait_cycle_s",
    ]

    /// The features of a gait `[T, V, C]`, in meters, degrees, seconds and frames.
    ///
    /// If a gait is too short for a difference, the feature is 0; so is an angle between joints that coincide.
    ///
    /// - Parameter frameRate: the gait's frames per second.
    package static func compute(
        _ gait: Gait, origin: AffectiveOrigin, frameRate: Float = Gait.frameRate
    ) -> [Float] {
        let joints = JointPaths(gait, origin: origin)
        var features = [Double](repeating: 0, count: count)
        addPosture(of: joints, to: &features)
        addMovement(of: joints, rate: Double(frameRate), to: &features)
        let stride = FootStrikes.strideFrames(of: joints)
        features[27] = stride
        features[28] = stride / Double(frameRate)
        return features.map(Float.init)
    }

    /// Features 0...11: volume, angles, distances and areas.
    private static func addPosture(of joints: JointPaths, to features: inout [Double]) {
        let up = SIMD3(0.0, 1, 0)
        for frame in 0..<joints.frames {
            func at(_ joint: Joint) -> SIMD3<Double> { joints.position(frame: frame, joint: joint) }
            let (root, neck) = (at(.root), at(.neck))
            let (left, right) = (at(.leftShoulder), at(.rightShoulder))
            features[0] += boxVolume(of: joints, frame: frame)
            features[1] += degrees(left - neck, right - neck)
            features[2] += degrees(neck - left, right - left)
            features[3] += degrees(neck - right, left - right)
            features[4] += degrees(at(.head) - root, up)
            features[5] += degrees(at(.head) - neck, at(.spine) - neck)
            features[6] += (at(.leftHand) - root).length
            features[7] += (at(.rightHand) - root).length
            features[8] += (at(.leftFoot) - root).length
            features[9] += (at(.rightFoot) - root).length
            features[10] += (at(.rightHand) - neck).cross(at(.leftHand) - neck).length / 2
            features[11] += (at(.rightFoot) - root).cross(at(.leftFoot) - root).length / 2
        }
        for index in 0...11 { features[index] /= Double(joints.frames) }
    }

    /// Features 12...26: mean speed, acceleration and jerk of hands, head and feet.
    private static func addMovement(of joints: JointPaths, rate: Double, to features: inout [Double]) {
        let moving: [Joint] = [.leftHand, .rightHand, .head, .leftFoot, .rightFoot]
        for (index, joint) in moving.enumerated() {
            var path = (0..<joints.frames).map { joints.position(frame: $0, joint: joint) }
            for order in 0..<3 {
                path = zip(path.dropFirst(), path).map { ($0 - $1) * rate }
                guard !path.isEmpty else { break }
                features[12 + 5 * order + index] = path.reduce(0) { $0 + $1.length } / Double(path.count)
            }
        }
    }

    private static func boxVolume(of joints: JointPaths, frame: Int) -> Double {
        var low = joints.position(frame: frame, joint: .root)
        var high = low
        for joint in Joint.allCases {
            let position = joints.position(frame: frame, joint: joint)
            low = pointwiseMin(low, position)
            high = pointwiseMax(high, position)
        }
        let edges = high - low
        return edges.x * edges.y * edges.z
    }

    private static func degrees(_ one: SIMD3<Double>, _ other: SIMD3<Double>) -> Double {
        let lengths = one.length * other.length
        guard lengths > 0 else { return 0 }
        let cosine = one.dot(other) / lengths
        return acos(min(max(cosine, -1), 1)) * 180 / .pi
    }

}

/// The origin from which the affective features are computed, by its name in a model's configuration.
package enum AffectiveOrigin: String, CaseIterable, Sendable {
    /// The source's own: features 12...26 then contain the walk's travel, and that of a moving camera.
    case world
    /// The root of each frame.
    case root
}

/// A gait's positions in Double, from the world's origin or each frame's root.
struct JointPaths {
    private let gait: Gait
    private let origin: AffectiveOrigin

    init(_ gait: Gait, origin: AffectiveOrigin) {
        self.gait = gait
        self.origin = origin
    }

    var frames: Int { gait.frames }

    func position(frame: Int, joint: Joint) -> SIMD3<Double> {
        let position = SIMD3<Double>(gait.position(frame: frame, joint: joint))
        switch origin {
        case .world: return position
        case .root: return position - SIMD3<Double>(gait.position(frame: frame, joint: .root))
        }
    }
}

/// The frames in which a foot is at its lowest, and the stride between them.
enum FootStrikes {
    /// The mean number of frames between strikes of the same foot; the gait's length if neither foot has two.
    ///
    /// If only one foot has two strikes, the mean is one frame longer, as in the released features.
    static func strideFrames(of joints: JointPaths) -> Double {
        let left = strikes(of: .leftFoot, in: joints)
        let right = strikes(of: .rightFoot, in: joints)
        switch (left.count >= 2, right.count >= 2) {
        case (true, true): return mean(differences(left) + differences(right))
        case (true, false): return mean(differences(left)) + 1
        case (false, true): return mean(differences(right)) + 1
        case (false, false): return Double(joints.frames)
        }
    }

    /// The frames in which the foot is no higher than in the frames before and after. If a foot stays at one height,
    /// a frame counts only if the previous one does not.
    static func strikes(of foot: Joint, in joints: JointPaths) -> [Int] {
        var strikes: [Int] = []
        for frame in 1..<max(joints.frames - 1, 1) {
            let before = joints.position(frame: frame - 1, joint: foot).y
            let height = joints.position(frame: frame, joint: foot).y
            let after = joints.position(frame: frame + 1, joint: foot).y
            guard before >= height, height <= after else { continue }
            if before == height, height == after, strikes.last == frame - 1 { continue }
            strikes.append(frame)
        }
        return strikes
    }

    private static func differences(_ frames: [Int]) -> [Int] {
        zip(frames.dropFirst(), frames).map { $0 - $1 }
    }

    private static func mean(_ values: [Int]) -> Double {
        Double(values.reduce(0, +)) / Double(values.count)
    }
}
