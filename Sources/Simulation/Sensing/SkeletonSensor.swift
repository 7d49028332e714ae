import Foundation
package import Gait

/// A skeleton source that observes a body: its layout, its noise, and the joints that it loses.
package struct SkeletonSensor: Sendable {
    /// The order of the reported joints.
    package let layout: SkeletonLayout
    /// The standard deviation of every coordinate, meters.
    package let noise: Float
    /// The probability that a joint is missing in a frame, 0...1.
    package let dropProbability: Float

    private var generator: SeededGenerator

    /// - Parameter seed: determines all disturbances.
    package init(layout: SkeletonLayout, noise: Float = 0, dropProbability: Float = 0, seed: UInt64) {
        self.layout = layout
        self.noise = noise
        self.dropProbability = dropProbability
        generator = SeededGenerator(seed: seed)
    }

    /// The joints of a body as the sensor reports them in one frame, in the layout's order, meters, y up; nil for missing
    /// ones.
    package mutating func observe(_ pose: Pose) -> [SIMD3<Float>?] {
        layout.joints(of: pose).map { joint in
            // Drawn for every joint, so that a frame's noise does not depend on joints lost in earlier frames.
            let disturbance = noise * SIMD3(generator.normal(), generator.normal(), generator.normal())
            let isLost = generator.uniform(0...1) < dropProbability
            guard let joint, !isLost else { return nil }
            return joint + disturbance
        }
    }
}

/// The frame in which a skeleton source reports positions: its unit, axes and tilt.
package struct SensorFrame: Sendable, Equatable {
    package let units: LengthUnit
    package let up: UpAxis
    /// The unit quaternion [x, y, z, w] from the sensor's axes, once y is up, to a level frame; nil for a level sensor.
    package let orientation: SIMD4<Float>?

    /// - Parameter tilt: how far the sensor looks down, degrees: a turn about its x axis.
    package init(units: LengthUnit = .metre, up: UpAxis = .y, tilt: Float = 0) {
        self.units = units
        self.up = up
        let half = Double(tilt) * .pi / 360
        orientation = tilt == 0 ? nil : SIMD4(Float(sin(half)), 0, 0, Float(cos(half)))
    }

    /// The sensor's report of a position in meters, y up, level.
    package func report(_ position: SIMD3<Float>) -> SIMD3<Float> {
        guard let orientation else { return up.fromYUp(position) / units.metres }
        // The turn about x by the opposite angle.
        let (sine, cosine) = (orientation.x, orientation.w)
        let (sine2, cosine2) = (2 * sine * cosine, cosine * cosine - sine * sine)
        let turned = SIMD3(
            position.x, cosine2 * position.y + sine2 * position.z, cosine2 * position.z - sine2 * position.y)
        return up.fromYUp(turned) / units.metres
    }
}
