package import Gait

/// A skeleton source that watches a body: its layout, its noise, and the joints that it loses.
package struct SkeletonSensor: Sendable {
    /// The order of the joints that are reported.
    package let layout: SkeletonLayout
    /// The standard deviation of every coordinate, metres.
    package let noise: Float
    /// The probability that a joint is missing in a frame, 0...1.
    package let dropProbability: Float

    private var generator: SeededGenerator

    /// A sensor whose disturbances depend on the seed only.
    package init(layout: SkeletonLayout, noise: Float = 0, dropProbability: Float = 0, seed: UInt64) {
        self.layout = layout
        self.noise = noise
        self.dropProbability = dropProbability
        generator = SeededGenerator(seed: seed)
    }

    /// The joints of a body as the sensor reports them in one frame, in the layout's order, metres, y up; nil
    /// where one is missing.
    package mutating func observe(_ pose: Pose) -> [SIMD3<Float>?] {
        layout.joints(of: pose).map { joint in
            // Drawn for every joint, so that a frame's noise does not depend on what an earlier frame lost.
            let disturbance = noise * SIMD3(generator.normal(), generator.normal(), generator.normal())
            let isLost = generator.uniform(0...1) < dropProbability
            guard let joint, !isLost else { return nil }
            return joint + disturbance
        }
    }
}
