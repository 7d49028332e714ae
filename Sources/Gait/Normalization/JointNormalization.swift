/// How to treat the joints that sources place differently; the raw value is its name in a model's configuration.
///
/// Shoulders, elbows, wrists, hips, knees and ankles are anatomy, and sources agree about them to a few
/// centimeters. Pelvis, spine, neck and head are conventions: the head is the base of the skull, its center, its
/// top or a point between the ears, as much as 20 cm apart.
package enum JointNormalization: String, CaseIterable, Sendable {
    /// As in the source.
    case given
    /// Derived from the limbs: the root midway between the hips, the neck midway between the shoulders, the spine
    /// midway between both, and the head in the direction in which the source has it, at a fixed share of the
    /// torso's length.
    case limbs

    /// The head's distance from the neck as a share of the median torso.
    private static let headShare: Float = 0.3

    /// The gait in this form.
    package func apply(to gait: Gait) -> Gait {
        guard self == .limbs else { return gait }
        var derived = gait
        var torsos: [Float] = []
        torsos.reserveCapacity(gait.frames)
        for frame in 0..<gait.frames {
            func middle(_ one: Joint, _ other: Joint) -> SIMD3<Float> {
                (gait.position(frame: frame, joint: one) + gait.position(frame: frame, joint: other)) / 2
            }
            let (root, neck) = (middle(.leftHip, .rightHip), middle(.leftShoulder, .rightShoulder))
            derived.set(root, frame: frame, joint: .root)
            derived.set(neck, frame: frame, joint: .neck)
            derived.set((root + neck) / 2, frame: frame, joint: .spine)
            torsos.append((neck - root).length)
        }
        let reach = JointNormalization.headShare * median(torsos)
        for frame in 0..<gait.frames {
            let neck = derived.position(frame: frame, joint: .neck)
            let ahead = gait.position(frame: frame, joint: .head) - neck
            let length = ahead.length
            guard length > 1e-6 else { continue }
            derived.set(neck + ahead * (reach / length), frame: frame, joint: .head)
        }
        return derived
    }
}
