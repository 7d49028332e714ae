/// The lengths and directions of a body in one pose, in any unit and axes.
package struct BodyGeometry {
    /// A part of the body whose length does not change, or hardly.
    package enum Part: String, CaseIterable, Sendable {
        case torso
        case leftUpperArm = "left upper arm"
        case rightUpperArm = "right upper arm"
        case leftForearm = "left forearm"
        case rightForearm = "right forearm"
        case leftThigh = "left thigh"
        case rightThigh = "right thigh"
        case leftShank = "left shank"
        case rightShank = "right shank"
        case shoulders
        case hips

        /// Torso and limbs: one stiff bone or nearly so.
        static let limbs = allCases.filter { $0 != .shoulders && $0 != .hips }

        var ends: (Joint, Joint) {
            switch self {
            case .torso: (.root, .neck)
            case .leftUpperArm: (.leftShoulder, .leftElbow)
            case .rightUpperArm: (.rightShoulder, .rightElbow)
            case .leftForearm: (.leftElbow, .leftHand)
            case .rightForearm: (.rightElbow, .rightHand)
            case .leftThigh: (.leftHip, .leftKnee)
            case .rightThigh: (.rightHip, .rightKnee)
            case .leftShank: (.leftKnee, .leftFoot)
            case .rightShank: (.rightKnee, .rightFoot)
            case .shoulders: (.leftShoulder, .rightShoulder)
            case .hips: (.leftHip, .rightHip)
            }
        }

        /// The same part on the other side; nil for what has none.
        var mirrored: Part? {
            switch self {
            case .torso, .shoulders, .hips: nil
            case .leftUpperArm: .rightUpperArm
            case .rightUpperArm: .leftUpperArm
            case .leftForearm: .rightForearm
            case .rightForearm: .leftForearm
            case .leftThigh: .rightThigh
            case .rightThigh: .leftThigh
            case .leftShank: .rightShank
            case .rightShank: .leftShank
            }
        }

        /// The typical share of torso, thigh and shank together: Drillis and Contini (1966), with room for estimators' ideas
        /// of a joint.
        var typicalShare: ClosedRange<Double> {
            switch self {
            case .torso: 0.25...0.48
            case .leftUpperArm, .rightUpperArm: 0.14...0.32
            case .leftForearm, .rightForearm: 0.11...0.32
            case .leftThigh, .rightThigh, .leftShank, .rightShank: 0.2...0.43
            case .shoulders: 0.08...0.42
            case .hips: 0.04...0.3
            }
        }
    }

    package let pose: Pose

    package init(pose: Pose) { self.pose = pose }

    /// The vector between two joints; nil if one is missing.
    package func vector(_ from: Joint, _ to: Joint) -> SIMD3<Float>? {
        guard let from = pose.position(from), let to = pose.position(to) else { return nil }
        return to - from
    }

    /// A part's length; nil if an end is missing.
    package func length(_ part: Part) -> Double? {
        vector(part.ends.0, part.ends.1).map { Double($0.length) }
    }

    /// Torso, thigh and shank together: 0.79 of a body's height.
    var size: Double? {
        let legs = [(Part.leftThigh, Part.leftShank), (.rightThigh, .rightShank)].compactMap { thigh, shank in
            length(thigh).flatMap { thigh in length(shank).map { thigh + $0 } }
        }
        guard let torso = length(.torso), !legs.isEmpty else { return nil }
        return torso + Sample.mean(legs)
    }

    /// Where a joint is along the line from the root, 0, to the neck, 1; nil if one of the three is missing.
    func placeAlongTorso(of joint: Joint) -> Double? {
        guard let torso = vector(.root, .neck), let place = vector(.root, joint), torso.length > 0 else {
            return nil
        }
        return Double(place.dot(torso) / torso.dot(torso))
    }

    /// The direction from the feet to the head; nil if they are missing.
    var upright: SIMD3<Float>? {
        guard let head = pose.position(.head) ?? pose.position(.neck) else { return nil }
        let feet = [pose.position(.leftFoot), pose.position(.rightFoot)].compactMap(\.self)
        guard !feet.isEmpty else { return nil }
        return (head - feet.reduce(.zero, +) / Float(feet.count)).normalized
    }

    /// The direction that the body faces, provided that left is left: to the front of the axis from the right hip to the
    /// left.
    package var facing: SIMD3<Float>? {
        guard let axis = vector(.rightHip, .leftHip) else { return nil }
        let level = SIMD3(axis.x, 0, axis.z)
        guard level.length > 0.3 * axis.length else { return nil }
        return level.cross(SIMD3(0, 1, 0)).normalized
    }

    /// How far the knees are in front of the lines from hip to ankle: they bend forward only.
    func kneeFlexion(_ facing: SIMD3<Float>) -> Double? {
        bend([(.leftHip, .leftKnee, .leftFoot), (.rightHip, .rightKnee, .rightFoot)], facing)
    }

    /// How far the elbows are behind the lines from shoulder to wrist: they bend backward only.
    func elbowFlexion(_ facing: SIMD3<Float>) -> Double? {
        bend(
            [(.leftShoulder, .leftElbow, .leftHand), (.rightShoulder, .rightElbow, .rightHand)], -facing)
    }

    private func bend(_ limbs: [(Joint, Joint, Joint)], _ direction: SIMD3<Float>) -> Double? {
        let bends = limbs.compactMap { start, middle, end -> Double? in
            guard let line = vector(start, end), let part = vector(start, middle), line.length > 1e-3 else {
                return nil
            }
            let along = line.normalized ?? .zero
            return Double((part - along * part.dot(along)).dot(direction))
        }
        return bends.isEmpty ? nil : Sample.mean(bends)
    }
}

/// One body to check: in meters, y up, if the source's fields are right.
package struct CheckedBody: Sendable {
    /// Nil if the body has none, or bypassed gaitd's checks.
    package let id: String?
    /// The number of its message.
    package let frame: Int
    /// Its time of arrival, monotonic seconds.
    package let time: Double
    package let pose: Pose

    package init(id: String?, frame: Int = 0, time: Double, pose: Pose) {
        (self.id, self.frame, self.time, self.pose) = (id, frame, time, pose)
    }
}
