import Foundation
import Gait

/// A camera without distortion: its place, direction and number of pixels.
package struct PinholeCamera: Sendable, Equatable {
    /// Its place, meters; y up, the ground at 0.
    package var position: SIMD3<Float>
    /// The turn to the left, degrees; at 0 it looks along -z, with +x on the right of its image.
    package var yaw: Float
    /// How far it looks up, degrees; negative: down.
    package var pitch: Float
    /// The downward tilt of its left side, degrees; the image turns clockwise.
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
        (self.position, self.yaw, self.pitch, self.roll) = (position, yaw, pitch, roll)
        (self.fieldOfView, self.width, self.height) = (fieldOfView, width, height)
    }

    /// The focal length, pixels.
    package var focalLength: Float { Float(width) / 2 / tan(fieldOfView * .pi / 360) }

    /// The transformation from the world to the camera's frame.
    package var view: CameraView { CameraView(self) }
}

/// A camera's axes and scale, computed once for many points.
package struct CameraView: Sendable {
    /// The camera's axes in the world: to the right, down, and away from it.
    let right: SIMD3<Float>
    let down: SIMD3<Float>
    let ahead: SIMD3<Float>
    let position: SIMD3<Float>
    /// Pixels.
    let focalLength: Float
    /// The middle of the image, pixels.
    let center: SIMD2<Float>

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
        center = SIMD2(Float(camera.width), Float(camera.height)) / 2
    }

    /// A point of the world in the camera's frame, meters: x right, y down, z away from the camera.
    package func point(_ world: SIMD3<Float>) -> SIMD3<Float> { direction(world - position) }

    /// A direction of the world in the camera's frame.
    func direction(_ world: SIMD3<Float>) -> SIMD3<Float> {
        SIMD3(world.dot(right), world.dot(down), world.dot(ahead))
    }

    /// The place of a point of the camera's frame in the image, pixels from its left and its top; meaningless for points
    /// behind the camera.
    package func pixel(_ point: SIMD3<Float>) -> SIMD2<Float> {
        center + focalLength / point.z * SIMD2(point.x, point.y)
    }

    /// The direction of sight of a place in the image, in the world; its length along the axis is 1.
    func ray(_ pixel: SIMD2<Float>) -> SIMD3<Float> {
        let place = (pixel - center) / focalLength
        return place.x * right + place.y * down + ahead
    }
}

extension SIMD3<Float> {
    /// The unit vector; `fallback` if there is no direction.
    func unit(or fallback: SIMD3<Float>) -> SIMD3<Float> { normalized ?? fallback }
}
