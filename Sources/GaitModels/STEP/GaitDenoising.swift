package import Gait

/// Smooths only where there is noise.
///
/// Smoothing every gait removes what distinguishes styles; smoothing none drowns speed and jerk in a pose estimator's
/// noise. The joints of the trunk reveal noise, because a body cannot shake them like that.
extension Gait {
    /// The roughness of the smoothest noisy sources, meters. Recorded walks have 1 to 5.5 mm, also when they are seen
    /// at 12 frames a second; 1 cm of noise at that rate adds up to 5 to 8 mm, 2 cm to 8 to 12 mm, 5 mm at 30 frames
    /// a second to 12 mm.
    private static let roughest: Float = 0.0055
    /// Passes of the binomial filter per meter beyond it, and the most: 8 passes leave the least error of 2 cm noise
    /// both at 12 and at 30 frames a second.
    private static let passesPerMetre: Float = 2000
    private static let mostPasses = 8

    /// How rough the paths of pelvis, trunk, shoulders and hips are: the root mean square of their second difference
    /// per coordinate, averaged over joints and coordinates, meters; 0 of a gait of fewer than three frames.
    package var roughness: Float {
        guard frames > 2 else { return 0 }
        let trunk: [Joint] = [
            .root, .spine, .neck, .head, .leftShoulder, .rightShoulder, .leftHip, .rightHip,
        ]
        var sum: Float = 0
        for joint in trunk {
            var squares = SIMD3<Float>.zero
            var (before, current) = (position(frame: 0, joint: joint), position(frame: 1, joint: joint))
            for frame in 2..<frames {
                let after = position(frame: frame, joint: joint)
                let bend = after - 2 * current + before
                squares += bend * bend
                (before, current) = (current, after)
            }
            sum += (squares / Float(frames - 2)).squareRoot().sum()
        }
        return sum / Float(3 * trunk.count)
    }

    /// Whether the gait is rougher than recorded walks.
    package var isRough: Bool { roughness > Gait.roughest }

    /// The gait, smoothed in proportion to its roughness; a gait no rougher than recorded walks is unchanged.
    package func denoised() -> Gait {
        let excess = max(roughness - Gait.roughest, 0)
        let passes = min(Int((excess * Gait.passesPerMetre).rounded()), Gait.mostPasses)
        return passes > 0 ? smoothed(passes: passes) : self
    }
}
