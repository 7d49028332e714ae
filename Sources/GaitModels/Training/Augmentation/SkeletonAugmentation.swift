package import Gait

/// How one source's skeleton differs from another's for the same body: other bone lengths and slightly shifted
/// joints.
///
/// Motion-capture rigs and pose estimators place neck, head, shoulders and hips differently by up to half a bone; a
/// model that has seen few sources takes these differences for emotions unless they are varied.
package struct SkeletonAugmentation: Sendable, Equatable {
    /// The factor for each bone's length, by the joint at its end; for the root, for its path.
    package var factors: InlineArray<16, Float>
    /// The offset of each joint, meters: x to the body's right, y up, z ahead or behind.
    package var offsets: InlineArray<16, SIMD3<Float>>

    /// No difference.
    package init() {
        factors = InlineArray(repeating: 1)
        offsets = InlineArray(repeating: .zero)
    }

    package static func == (one: SkeletonAugmentation, other: SkeletonAugmentation) -> Bool {
        Joint.allCases.allSatisfy {
            one.factors[$0.rawValue] == other.factors[$0.rawValue]
                && one.offsets[$0.rawValue] == other.offsets[$0.rawValue]
        }
    }

    /// The range of each bone's factor among the rigs that were compared: wide where rigs disagree about a
    /// joint's place, narrow where anatomy decides.
    private static func range(of joint: Joint) -> ClosedRange<Float> {
        switch joint {
        case .root: 1...1
        case .spine: 0.75...1.35
        case .neck: 0.75...1.7
        case .head: 0.8...1.7
        case .leftShoulder, .rightShoulder: 0.8...1.8
        case .leftElbow, .rightElbow, .leftHand, .rightHand: 0.85...1.3
        case .leftHip, .rightHip: 0.7...1.7
        case .leftKnee, .rightKnee, .leftFoot, .rightFoot: 0.88...1.18
        }
    }

    /// A rig drawn at random, left and right alike.
    ///
    /// - Parameters:
    ///   - bones: the probability that bones change.
    ///   - offset: the standard deviation of the joints' offsets, meters.
    package static func random(
        bones: Float, offset: Float, using generator: inout SeededGenerator
    ) -> SkeletonAugmentation {
        var rig = SkeletonAugmentation()
        let changesBones = generator.uniform(0...1) < bones
        for joint in Joint.allCases where joint.rawValue <= joint.mirrored.rawValue {
            let (index, other) = (joint.rawValue, joint.mirrored.rawValue)
            if changesBones {
                rig.factors[index] = generator.uniform(range(of: joint))
                rig.factors[other] = rig.factors[index]
            }
            guard offset > 0 else { continue }
            var shift = offset * SIMD3(generator.normal(), generator.normal(), generator.normal())
            if index == other { shift.x = 0 }
            rig.offsets[index] = shift
            rig.offsets[other] = index == other ? shift : shift * SIMD3(-1, 1, 1)
        }
        if changesBones {
            let legs: [Joint] = [.leftKnee, .leftFoot]
            rig.factors[0] = legs.reduce(0) { $0 + rig.factors[$1.rawValue] } / Float(legs.count)
        }
        return rig
    }
}

extension Gait {
    /// Shows the walk as another source would: bones keep their directions and change their lengths, the
    /// root's path grows with the legs, and each joint is moved by its offset in the body's mean heading.
    package mutating func apply(_ rig: SkeletonAugmentation) {
        let axis = leftToRight()
        let length = axis.length
        let right = length > 1e-6 ? axis / length : SIMD3(1, 0, 0)
        let ahead = SIMD3(-right.z, 0, right.x)
        let start = position(frame: 0, joint: .root) * SIMD3(1, 0, 1)
        for frame in 0..<frames {
            var old = InlineArray<16, SIMD3<Float>>(repeating: .zero)
            var new = old
            for joint in Joint.allCases {
                let index = joint.rawValue
                old[index] = position(frame: frame, joint: joint)
                // A parent comes before its children, so it has its new place already.
                let (from, to) = joint.parent.map { (old[$0.rawValue], new[$0.rawValue]) } ?? (start, start)
                new[index] = to + (old[index] - from) * rig.factors[index]
            }
            for joint in Joint.allCases {
                let offset = rig.offsets[joint.rawValue]
                let moved = new[joint.rawValue] + right * offset.x + ahead * offset.z + SIMD3(0, offset.y, 0)
                set(moved, frame: frame, joint: joint)
            }
        }
    }
}
