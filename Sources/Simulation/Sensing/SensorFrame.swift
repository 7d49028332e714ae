import Foundation
package import Gait

/// The frame in which a skeleton source reports positions: its unit, its axes, and how it is tilted.
package struct SensorFrame: Sendable, Equatable {
    package let units: LengthUnit
    package let up: UpAxis
    /// The unit quaternion [x, y, z, w] from the sensor's axes, once y is up, to a level frame; nil where
    /// the sensor is level.
    package let orientation: SIMD4<Float>?

    /// - Parameter tilt: degrees by which the sensor looks down: a turn about its x axis.
    package init(units: LengthUnit = .metre, up: UpAxis = .y, tilt: Float = 0) {
        self.units = units
        self.up = up
        let half = Double(tilt) * .pi / 360
        orientation = tilt == 0 ? nil : SIMD4(Float(sin(half)), 0, 0, Float(cos(half)))
    }

    /// A position in metres, y up, level, as the sensor reports it.
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
