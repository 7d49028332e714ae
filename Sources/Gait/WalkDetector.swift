/// Distinguishes walking from standing, sitting or gesturing by how far the legs swing against each other.
///
/// Travel is ignored: hip-centered sources have none, and a moving robot adds its own.
package struct WalkDetector: Sendable, Equatable {
    /// The lowest leg swing that counts as walking unless another is given.
    ///
    /// Recorded walks have at least 0.20, also when taken at 5 frames a second or with 2 cm of noise on every
    /// coordinate; a body that stands, sits, sways or waves with that noise stays under 0.07.
    package static let defaultMinimumLegSwing: Float = 0.15

    /// The lowest leg swing that counts as walking, as a share of the leg's length.
    package let minimumLegSwing: Float

    package init(minimumLegSwing: Float = WalkDetector.defaultMinimumLegSwing) {
        self.minimumLegSwing = minimumLegSwing
    }

    /// Whether the person of the gait walks, forward, backward, sideways or on the spot.
    package func isWalking(_ gait: Gait) -> Bool {
        legSwing(of: gait) >= minimumLegSwing
    }

    /// How far the feet swing against each other: the standard deviation of the vector between them over the
    /// gait, as a share of the leg's length.
    ///
    /// It is the lower of two readings. From the body's own view, a body that turns as a whole has none; from
    /// the source's view, one that twists above planted feet has none.
    package func legSwing(of gait: Gait) -> Float {
        let leg = legLength(of: gait)
        guard leg > 0 else { return 0 }
        // Noise of single frames is no swing. Four passes halve white noise and leave a stride's 1 Hz whole.
        let smooth = gait.smoothed(passes: 4)
        var seen = Oscillation()
        var own = Oscillation()
        for frame in 0..<smooth.frames {
            let feet =
                smooth.position(frame: frame, joint: .rightFoot)
                - smooth.position(frame: frame, joint: .leftFoot)
            seen.add(feet)
            let axis = smooth.leftToRight(frame: frame)
            let width = axis.length
            guard width > 0 else { continue }
            own.add(
                SIMD3(
                    (feet.x * axis.x + feet.z * axis.z) / width, feet.y,
                    (feet.z * axis.x - feet.x * axis.z) / width))
        }
        return min(seen.deviation, own.deviation) / leg
    }

    /// The median length of thigh and shank together over both legs, meters.
    private func legLength(of gait: Gait) -> Float {
        let lengths = [Joint.leftKnee, .leftFoot, .rightKnee, .rightFoot].map { joint in
            median((0..<gait.frames).map { gait.boneLength(frame: $0, joint: joint) })
        }
        return lengths.reduce(0, +) / 2
    }
}

/// The standard deviation of a vector over time, along all three axes together.
private struct Oscillation {
    private var count: Float = 0
    private var mean = SIMD3<Float>.zero
    private var squares: Float = 0

    mutating func add(_ vector: SIMD3<Float>) {
        // Welford's update: a plain sum of squares would lose the digits of a wide stance.
        count += 1
        let difference = vector - mean
        mean += difference / count
        squares += (difference * (vector - mean)).sum()
    }

    var deviation: Float { count > 0 ? (squares / count).squareRoot() : 0 }
}
