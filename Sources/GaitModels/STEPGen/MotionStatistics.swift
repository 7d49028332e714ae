import Gait

/// The means and deviations of a motion's 48 values over gaits and their mirror images, and the bodies' size.
struct MotionStatistics {
    /// `[48]`, joint by joint.
    let mean: [Float]
    /// `[48]`; at least a millimetre, so that what never moves can be scaled too.
    let deviation: [Float]
    /// The metres of a length of 1 where the motion is one of positions.
    let unit: Float

    init(_ gaits: [Gait], motion: MotionForm) {
        var sums = [Double](repeating: 0, count: Gait.valuesPerFrame)
        var squares = sums
        var frames = 0.0
        for gait in gaits.flatMap({ [$0, $0.mirrored()] }) {
            for (index, value) in motion.encode(gait).enumerated() {
                sums[index % Gait.valuesPerFrame] += Double(value)
                squares[index % Gait.valuesPerFrame] += Double(value) * Double(value)
            }
            frames += Double(gait.frames)
        }
        let means = sums.map { $0 / max(frames, 1) }
        mean = means.map { Float($0) }
        deviation = zip(squares, means).map { square, mean in
            Float(max(square / max(frames, 1) - mean * mean, 1e-6).squareRoot())
        }
        let scales = gaits.map { ViewNormalization.referencePoseTransform(of: $0).scale }.filter { $0 > 0 }
        let size = scales.reduce(0) { $0 + 1 / $1 } / Double(max(scales.count, 1))
        unit = motion == .positions && size > 0 ? Float(size) : 1
    }
}
