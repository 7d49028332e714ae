import Foundation
import Gait

/// Another person with the same walk: other bones, another posture, and larger or smaller movements.
///
/// Recordings show few people, and it is their variety that limits a lifter, not the network. Amounts are radians of
/// posture, and shares of length and movement.
struct BodyVariation {
    /// The factor of each bone's length.
    var bones = SkeletonAugmentation()
    /// The constant turn of each bone: pitched, rolled.
    var postures = InlineArray<16, SIMD2<Float>>(repeating: .zero)
    /// How much of its movement each bone makes.
    var amplitudes = InlineArray<16, Float>(repeating: 1)

    /// The walk of the gait by a person drawn at random.
    static func random(using generator: inout SeededGenerator) -> BodyVariation {
        var variation = BodyVariation()
        variation.bones = .random(bones: 0.7, offset: 0, using: &generator)
        guard generator.uniform(0...1) < 0.8 else { return variation }
        variation.drawTrunk(using: &generator)
        variation.drawArms(using: &generator)
        let legs = generator.uniform(0.7...1.25)
        for joint in [Joint.leftKnee, .rightKnee, .leftFoot, .rightFoot] {
            variation.amplitudes[joint.rawValue] = legs
        }
        return variation
    }

    private mutating func drawTrunk(using generator: inout SeededGenerator) {
        // Leaning forward is more common than leaning back.
        let lean = -0.06 + 0.1 * generator.normal()
        let slump = -0.05 + 0.08 * generator.normal()
        postures[Joint.spine.rawValue] = SIMD2(lean, 0.03 * generator.normal())
        postures[Joint.neck.rawValue] = SIMD2(lean + slump, 0.03 * generator.normal())
        postures[Joint.head.rawValue] = SIMD2(
            lean + slump - 0.05 + 0.25 * generator.normal(), 0.08 * generator.normal())
        for joint in [Joint.leftShoulder, .rightShoulder] {
            postures[joint.rawValue] = SIMD2(lean, 0)
        }
        let sway = generator.uniform(0.6...1.5)
        for joint in [Joint.spine, .neck, .head, .leftShoulder, .rightShoulder, .leftHip, .rightHip] {
            amplitudes[joint.rawValue] = sway
        }
    }

    private mutating func drawArms(using generator: inout SeededGenerator) {
        let isCarried = generator.uniform(0...1) < 0.7
        let (forward, outward, bend) = (
            0.15 * generator.normal(), 0.1 * generator.normal(),
            isCarried ? generator.uniform(-0.3...0.7) : 0
        )
        let (swing, forearm) = (generator.uniform(0.4...1.6), generator.uniform(0.4...1.6))
        let arms: [(Joint, Joint, side: Float)] = [
            (.leftElbow, .leftHand, -1), (.rightElbow, .rightHand, 1),
        ]
        for (elbow, hand, side) in arms {
            // Both arms are carried alike, but not quite.
            let own = SIMD2(0.08 * generator.normal(), 0.05 * generator.normal())
            let upper = SIMD2(forward, side * outward) + own
            postures[elbow.rawValue] = upper
            postures[hand.rawValue] = upper + SIMD2(bend + 0.1 * generator.normal(), 0.1 * generator.normal())
            amplitudes[elbow.rawValue] = swing
            amplitudes[hand.rawValue] = forearm
        }
    }

    /// The gait of this person.
    func apply(to gait: Gait) -> Gait {
        var vectors = BoneVectors(gait)
        let means = vectors.means()
        let legs = amplitudes[Joint.leftKnee.rawValue] * bones.factors[0]
        let heightFactor = bones.factors[0]
        for frame in vectors.frames.indices {
            for joint in Joint.allCases {
                let index = joint.rawValue
                let vector = vectors.frames[frame][index]
                guard joint != .root else {
                    vectors.frames[frame][index] = vector * legs
                    continue
                }
                let length = vector.length
                var moved = means[index] + amplitudes[index] * (vector - means[index])
                moved = moved.pitched(postures[index].x).rolled(postures[index].y)
                let direction = moved.normalized ?? SIMD3(0, -1, 0)
                vectors.frames[frame][index] = direction * (length * bones.factors[index])
            }
            vectors.heights[frame] *= heightFactor
        }
        return vectors.gait()
    }
}
