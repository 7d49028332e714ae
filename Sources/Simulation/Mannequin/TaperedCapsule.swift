/// The hull of two balls: what a mannequin is made of. One ball where both are the same.
struct TaperedCapsule: Sendable {
    /// The middles of the balls, metres.
    var start: SIMD3<Float>
    var end: SIMD3<Float>
    /// The balls' radii, metres; above 0.
    var startRadius: Float
    var endRadius: Float
    /// Red, green and blue in full light, 0...255.
    var colour: SIMD3<Float>

    /// How far the camera is from the nearest of its middle, metres.
    func nearestDistance(in view: CameraView) -> Float {
        view.point((start + end) / 2).z - max(startRadius, endRadius)
    }
}
