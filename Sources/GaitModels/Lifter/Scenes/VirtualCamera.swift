import Foundation
package import Gait

/// A camera of a robot that stands, drives or turns while it watches a person.
package struct VirtualCamera: Sendable {
    /// Its place in each frame, meters; y up.
    package var positions: [SIMD3<Float>]
    /// The turn to the left in each frame, radians; at 0 it looks along -z, with +x on the right of its picture.
    package var yaws: [Float]
    /// How far it looks down in each frame, radians.
    package var tilts: [Float]
    /// The downward tilt of its left side, radians.
    package var roll: Float
    /// The tangents of half the angles of view, to the right and down.
    package var halfView: SIMD2<Float>

    package init(
        positions: [SIMD3<Float>], yaws: [Float], tilts: [Float], roll: Float = 0, halfView: SIMD2<Float>
    ) {
        (self.positions, self.yaws, self.tilts) = (positions, yaws, tilts)
        (self.roll, self.halfView) = (roll, halfView)
    }

    /// A direction of the world in the camera's level frame: x to the right of the picture, y up, z toward the camera.
    package func level(_ direction: SIMD3<Float>, frame: Int) -> SIMD3<Float> {
        direction.turned(cos(yaws[frame]), -sin(yaws[frame]))
    }

    /// The ray to a point of the world, tangents to the right and down from the optical axis, and its depth, meters; a
    /// point behind the camera has a depth of at most 0 and no ray.
    package func ray(to point: SIMD3<Float>, frame: Int) -> (ray: SIMD2<Float>, depth: Float) {
        let place = level(point - positions[frame], frame: frame)
        let (cosine, sine) = (cos(tilts[frame]), sin(tilts[frame]))
        let depth = -place.z * cosine - place.y * sine
        let (right, down) = (place.x, place.z * sine - place.y * cosine)
        let (rollCosine, rollSine) = (cos(roll), sin(roll))
        let turned = SIMD2(right * rollCosine - down * rollSine, down * rollCosine + right * rollSine)
        return (depth > 0 ? turned / depth : .zero, depth)
    }

    /// The angle between the direction that a person faces and the camera, degrees, positive if the camera is on the
    /// person's left.
    package func bearing(of gait: Gait, frame: Int) -> Float {
        let right = gait.leftToRight(frame: frame)
        let facing = SIMD3<Float>(0, 1, 0).cross(right)
        let way = positions[frame] - gait.position(frame: frame, joint: .root)
        return atan2(-way.dot(right), way.dot(facing)) * 180 / .pi
    }

    /// Whether a ray lies within the picture.
    package func shows(_ ray: SIMD2<Float>) -> Bool { abs(ray.x) <= halfView.x && abs(ray.y) <= halfView.y }
}

/// From where cameras watch people.
package struct CameraPlacement: Sendable {
    /// The angles between the direction that a person faces and the camera, degrees: 0 for a person who is seen from ahead,
    /// positive to the person's left.
    package var bearings: [ClosedRange<Float>]
    /// From the camera to the person in the window's middle, meters.
    package var distance: ClosedRange<Float> = 2...8
    package var height: ClosedRange<Float> = 0.3...1.8
    /// Degrees, downward.
    package var tilt: ClosedRange<Float> = -15...25
    /// Degrees, from left to right.
    package var fieldOfView: ClosedRange<Float> = 50...90
    /// The share of the cameras that move.
    package var moving: Float = 0.5

    package init(bearings: [ClosedRange<Float>]) { self.bearings = bearings }

    /// All around, every second camera within 20 degrees of ahead.
    package static let training = CameraPlacement(bearings: [-20...20, -180...180])

    /// The width of a picture by its height.
    private static let aspects: [Float] = [4 / 3, 4 / 3, 16 / 9, 16 / 9, 3 / 4]
    /// The least depth of the hips, meters.
    private static let nearest: Float = 0.9
    /// The share of the joints that a picture must show.
    private static let leastShown: Float = 0.93
    private static let attempts = 16

    /// A camera that has the person in its picture, drawn at random; if none is found, one that stands far away.
    ///
    /// - Parameters:
    ///   - gait: 75 frames, meters, y up, in the world.
    ///   - ground: the height of the ground, meters.
    package func camera(
        watching gait: Gait, ground: Float, using generator: inout SeededGenerator
    ) -> VirtualCamera {
        for _ in 0..<Self.attempts {
            let camera = draw(watching: gait, ground: ground, using: &generator)
            if Self.isUsable(camera, gait) { return camera }
        }
        var far = self
        (far.distance, far.fieldOfView, far.moving) = (8...8, 90...90, 0)
        return far.draw(watching: gait, ground: ground, using: &generator)
    }

    private func draw(
        watching gait: Gait, ground: Float, using generator: inout SeededGenerator
    ) -> VirtualCamera {
        let middle = gait.frames / 2
        let person = gait.position(frame: middle, joint: .root)
        let right = gait.leftToRight(frame: middle).normalized ?? SIMD3(1, 0, 0)
        let facing = SIMD3<Float>(0, 1, 0).cross(right)
        let bearing =
            generator.uniform(bearings[Int.random(in: bearings.indices, using: &generator)]) * .pi / 180
        let toCamera = facing.turned(cos(bearing), sin(bearing))
        let distance = generator.uniform(self.distance)
        let height = generator.uniform(self.height)
        var place = person + toCamera * distance
        place.y = ground + height
        let width = tan(generator.uniform(fieldOfView) * .pi / 360)
        let aspect = Self.aspects[Int.random(in: Self.aspects.indices, using: &generator)]
        let halfView = SIMD2(width, width / aspect)
        // The person need not be in the middle of the picture.
        let aside = atan(halfView.x) * generator.uniform(-0.6...0.6)
        let aim = atan2(height - 0.9, distance) + atan(halfView.y) * generator.uniform(-0.5...0.5)
        let tilt = min(max(aim, self.tilt.lowerBound * .pi / 180), self.tilt.upperBound * .pi / 180)
        let yaw = atan2(toCamera.x, toCamera.z) + aside
        let motion = Motion(moves: generator.uniform(0...1) < moving, using: &generator)
        var camera = VirtualCamera(
            positions: [], yaws: [], tilts: [], roll: 0.015 * generator.normal(), halfView: halfView)
        let bearings = Self.bearings(of: gait, from: place)
        for frame in 0..<gait.frames {
            let seconds = Float(frame - middle) / Gait.frameRate
            let turn = motion.turn * seconds + motion.following * (bearings[frame] - bearings[middle])
            let heading = SIMD3(-sin(yaw), 0, -cos(yaw))
            let aside = SIMD3(cos(yaw), 0, -sin(yaw))
            camera.positions.append(
                place + (heading * motion.forward + aside * motion.aside) * seconds
                    + SIMD3(0, motion.bounce(seconds) * 0.01, 0))
            camera.yaws.append(yaw + turn)
            camera.tilts.append(tilt + motion.bounce(seconds + 0.3) * 0.006)
        }
        return camera
    }

    /// The yaw at which the person is in the middle of the picture, for a camera that stays, without jumps.
    private static func bearings(of gait: Gait, from place: SIMD3<Float>) -> [Float] {
        var last: Float = 0
        return (0..<gait.frames).map { frame in
            let way = place - gait.position(frame: frame, joint: .root)
            let angle = atan2(way.x, way.z)
            last = frame == 0 ? angle : angle - ((angle - last) / (2 * .pi)).rounded() * 2 * .pi
            return last
        }
    }

    private static func isUsable(_ camera: VirtualCamera, _ gait: Gait) -> Bool {
        var shown = 0
        for frame in stride(from: 0, to: gait.frames, by: 6) {
            let hips = camera.ray(to: gait.position(frame: frame, joint: .root), frame: frame)
            guard hips.depth >= nearest, camera.shows(hips.ray) else { return false }
            for joint in ImageWindow.joints {
                let seen = camera.ray(to: gait.position(frame: frame, joint: joint), frame: frame)
                if seen.depth > 0.3, camera.shows(seen.ray) { shown += 1 }
            }
        }
        let frames = (gait.frames + 5) / 6
        return Float(shown) >= leastShown * Float(frames * LifterJoints.count)
    }

    /// How a robot moves: it stands, drives, drives and turns, or keeps the person in its picture.
    private struct Motion {
        /// Meters a second.
        var forward: Float = 0
        var aside: Float = 0
        /// Radians a second.
        var turn: Float = 0
        /// How much of the person's bearing the camera follows.
        var following: Float = 0
        /// Of the wheels over the ground.
        private var bounces: (amplitude: Float, rate: Float, phase: Float) = (0, 0, 0)

        init(moves: Bool, using generator: inout SeededGenerator) {
            guard moves else { return }
            let kind = generator.uniform(0...3)
            forward = generator.uniform(-0.5...1)
            aside = 0.1 * generator.normal()
            bounces = (generator.uniform(0...1), 2 * .pi * generator.uniform(1...6), generator.uniform(0...6))
            if kind > 1, kind < 2 { turn = generator.uniform(-0.4...0.4) }
            if kind >= 2 {
                following = generator.uniform(0.5...1)
                if generator.uniform(0...1) < 0.4 { forward = 0 }
            }
        }

        func bounce(_ seconds: Float) -> Float {
            bounces.amplitude * sin(bounces.rate * seconds + bounces.phase)
        }
    }
}
