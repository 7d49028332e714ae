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

/// A camera that moves along with the people before it, who stand side by side in its picture wherever they walk: what
/// estimators of two-dimensional joints look at.
package struct FollowingCamera: Sendable {
    /// The picture, with its focal length.
    package let image: ImageGeometry
    private let view: CameraView
    /// From the camera to the people, and between the outermost of them, meters.
    private static let distance: Float = 5
    private static let spread: Float = 5

    package init() {
        let camera = PinholeCamera(position: SIMD3(0, 1.2, Self.distance))
        view = camera.view
        let size = SIMD2(Float(camera.width), Float(camera.height))
        guard let image = try? ImageGeometry(width: size.x, height: size.y, focalLength: camera.focalLength)
        else { preconditionFailure("the picture of \(camera) is none") }
        self.image = image
    }

    /// The joints of one of several people in the picture, pixels; z is 0.
    ///
    /// - Parameters:
    ///   - joints: meters in the world, y up; nil for missing ones.
    ///   - root: the person's root.
    ///   - place: the person's among all, from the left.
    package func observe(
        _ joints: [SIMD3<Float>?], root: SIMD3<Float>, place: Int, of people: Int
    ) -> [SIMD3<Float>?] {
        let aside = people > 1 ? Self.spread * (Float(place) / Float(people - 1) - 0.5) : 0
        let ground = SIMD3(root.x - aside, 0, root.z)
        return joints.map { joint in
            joint.map { joint in
                let pixel = view.pixel(view.point(joint - ground))
                return SIMD3(pixel.x, pixel.y, 0)
            }
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
