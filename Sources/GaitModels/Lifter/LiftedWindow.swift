package import Gait

/// What a lifter makes of an ``ImageWindow``.
package struct LiftedWindow: Sendable {
    /// 75 frames, the root at the origin; meters, level, y up, x to the right of the picture, z toward the camera.
    package let gait: Gait
    /// How far the camera looks down, degrees.
    package let tilt: Float

    package init(gait: Gait, tilt: Float) { (self.gait, self.tilt) = (gait, tilt) }
}
