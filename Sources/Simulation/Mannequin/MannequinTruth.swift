import Gait

/// Where one person's joints are in a rendered image: what an estimator would say that makes no mistake.
package struct MannequinTruth: Encodable, Sendable, Equatable {
    /// The person's number in the scene, from 1.
    package let person: Int
    /// How the person walks.
    package let emotion: String
    /// The 16 joints in the order of `Joint`, metres: in the world, y up.
    package let world: [[Float]]
    /// In the camera's frame: x right, y down, z away from it.
    package let camera: [[Float]]
    /// In the image: pixels from its left and its top, also of joints that are hidden or outside of it; nil for those
    /// that are not before the camera.
    package let pixels: [[Float]?]

    /// - Parameter pose: with all its joints, in the world.
    init(person: Int, emotion: String, pose: Pose, view: CameraView) {
        self.person = person
        self.emotion = emotion
        let points = Joint.allCases.map { view.point(pose[$0]) }
        world = Joint.allCases.map { [pose[$0].x, pose[$0].y, pose[$0].z] }
        camera = points.map { [$0.x, $0.y, $0.z] }
        pixels = points.map { point in
            guard point.z > 0 else { return nil }
            let pixel = view.pixel(point)
            return [pixel.x, pixel.y]
        }
    }
}
