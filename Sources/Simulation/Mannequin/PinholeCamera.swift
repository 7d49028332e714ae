import Foundation

/// A camera without distortion: where it stands, where it looks and how many pixels it has.
package struct PinholeCamera: Sendable, Equatable {
    /// Where it stands, metres; y up, the ground at 0.
    package var position: SIMD3<Float>
    /// The turn to the left, degrees; at 0 it looks along -z, with +x on the right of its image.
    package var yaw: Float
    /// How far it looks up, degrees; negative: down.
    package var pitch: Float
    /// The tilt of its left side downwards, degrees; the image turns clockwise.
    package var roll: Float
    /// The angle from the left edge of the image to the right one, degrees; 10...150.
    package var fieldOfView: Float
    /// Pixels from left to right.
    package var width: Int
    /// Pixels from top to bottom.
    package var height: Int

    package init(
        position: SIMD3<Float> = SIMD3(0, 1.2, 3.5), yaw: Float = 0, pitch: Float = 0, roll: Float = 0,
        fieldOfView: Float = 66, width: Int = 1280, height: Int = 720
    ) {
        self.position = position
        self.yaw = yaw
        self.pitch = pitch
        self.roll = roll
        self.fieldOfView = fieldOfView
        self.width = width
        self.height = height
    }

    /// The focal length, pixels.
    package var focalLength: Float { Float(width) / 2 / tan(fieldOfView * .pi / 360) }

    /// The transformation from the world to the camera's frame.
    package var view: CameraView { CameraView(self) }
}

/// A camera's axes and scale, worked out once for many points.
package struct CameraView: Sendable {
    /// The camera's axes in the world: to the right, down, and away from it.
    let right: SIMD3<Float>
    let down: SIMD3<Float>
    let ahead: SIMD3<Float>
    let position: SIMD3<Float>
    /// Pixels.
    let focalLength: Float
    /// The middle of the image, pixels.
    let centre: SIMD2<Float>

    init(_ camera: PinholeCamera) {
        let (yaw, pitch, roll) = (camera.yaw * .pi / 180, camera.pitch * .pi / 180, camera.roll * .pi / 180)
        let ahead = SIMD3(-sin(yaw) * cos(pitch), sin(pitch), -cos(yaw) * cos(pitch))
        let level = SIMD3(cos(yaw), 0, -sin(yaw))
        let below = ahead.cross(level)
        self.ahead = ahead
        right = cos(roll) * level - sin(roll) * below
        down = cos(roll) * below + sin(roll) * level
        position = camera.position
        focalLength = camera.focalLength
        centre = SIMD2(Float(camera.width), Float(camera.height)) / 2
    }

    /// A point of the world in the camera's frame, metres: x right, y down, z away from the camera.
    package func point(_ world: SIMD3<Float>) -> SIMD3<Float> { direction(world - position) }

    /// A direction of the world in the camera's frame.
    func direction(_ world: SIMD3<Float>) -> SIMD3<Float> {
        SIMD3((world * right).sum(), (world * down).sum(), (world * ahead).sum())
    }

    /// Where a point of the camera's frame is in the image, pixels from its left and its top; means nothing for
    /// points that are not before the camera.
    package func pixel(_ point: SIMD3<Float>) -> SIMD2<Float> {
        centre + focalLength / point.z * SIMD2(point.x, point.y)
    }

    /// The direction in the world that a place in the image looks in; its length along the axis is 1.
    func ray(_ pixel: SIMD2<Float>) -> SIMD3<Float> {
        let place = (pixel - centre) / focalLength
        return place.x * right + place.y * down + ahead
    }
}

extension SIMD3<Float> {
    /// The vector at right angles to both.
    func cross(_ other: SIMD3<Float>) -> SIMD3<Float> {
        SIMD3(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
    }

    /// The vector with length 1; `fallback` where it has no direction.
    func unit(or fallback: SIMD3<Float>) -> SIMD3<Float> {
        let length = (self * self).sum().squareRoot()
        return length > 1e-6 ? self / length : fallback
    }
}
