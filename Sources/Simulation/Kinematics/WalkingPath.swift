import Foundation

/// Where a walker goes: a large circle, on which body and footsteps are laid along its arc.
///
/// Models are trained on mostly straight walks. On a circle of 10 m a walk of 1.2 m/s turns by 17° in a
/// window of 2.5 s, less than people drift by on a straight corridor with corners, and the walker never
/// leaves the scene.
struct WalkingPath: Sendable {
    /// Where the root's projection is at way 0, on the ground.
    private let start: SIMD3<Double>
    private let forward: SIMD3<Double>
    private let left: SIMD3<Double>
    /// Positive where the walk turns left.
    private let radius: Double

    /// A circle through `start`, entered with a heading in radians from +z towards +x; `radius` is in metres,
    /// positive where the walk turns left, and not 0.
    init(start: SIMD3<Double>, heading: Double, radius: Double) {
        self.start = start
        self.radius = radius
        forward = SIMD3(sin(heading), 0, cos(heading))
        left = SIMD3(cos(heading), 0, -sin(heading))
    }

    /// A point of the straight walk (x left, y up, z along the way), laid onto the circle.
    ///
    /// What stands still in the straight walk stands still on the circle.
    func place(_ point: SIMD3<Double>) -> SIMD3<Double> {
        let angle = point.z / radius
        let along = (radius - point.x) * sin(angle)
        let across = radius - (radius - point.x) * cos(angle)
        return start + along * forward + across * left + SIMD3(0, point.y, 0)
    }
}
