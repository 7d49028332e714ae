import Foundation
import Gait
import Simulation
import Testing

@testable import GaitModels

struct VirtualCameraTests {
    @Test("it sees points where the simulated camera's picture has them")
    func agreement() {
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<50 {
            let place = SIMD3(
                generator.uniform(-2...2), generator.uniform(0.3...1.8), generator.uniform(2...4))
            let (yaw, tilt, roll) = (
                generator.uniform(-30...30), generator.uniform(-15...25), generator.uniform(-3...3)
            )
            let other = PinholeCamera(
                position: place, yaw: yaw, pitch: -tilt, roll: roll, fieldOfView: 90, width: 2000,
                height: 2000)
            var camera = LifterExample.camera(at: place, yaw: yaw * .pi / 180, tilt: tilt * .pi / 180)
            camera.roll = roll * .pi / 180
            let point = SIMD3(generator.uniform(-1...1), generator.uniform(0...2), generator.uniform(-3...0))
            let seen = camera.ray(to: point, frame: 0)
            let pixel = other.view.pixel(other.view.point(point))
            let expected = (pixel - SIMD2(1000, 1000)) / other.focalLength
            #expect((seen.ray - expected).length < 1e-4, "\(seen.ray) \(expected)")
            #expect(abs(seen.depth - other.view.point(point).z) < 1e-4)
        }
    }

    @Test("ray, depth and tilt give back the point in the level frame")
    func roundTrip() {
        var generator = SeededGenerator(seed: 5)
        for _ in 0..<50 {
            let tilt = generator.uniform(-0.3...0.5)
            let camera = LifterExample.camera(yaw: generator.uniform(-3...3), tilt: tilt)
            let point = SIMD3(generator.normal(), generator.normal(), generator.normal())
            let (ray, depth) = camera.ray(to: point, frame: 3)
            let (down, right) = (ray.y * depth, ray.x * depth)
            let level = SIMD3(
                right, -down * cos(tilt) - depth * sin(tilt), down * sin(tilt) - depth * cos(tilt))
            let expected = camera.level(point - camera.positions[3], frame: 3)
            guard depth > 0.1 else { continue }
            #expect((level - expected).length < 1e-3)
        }
    }

    @Test("a camera that looks down sees what is level with it in the upper half of its picture")
    func tilt() {
        let camera = LifterExample.camera(tilt: 0.2)
        #expect(camera.ray(to: SIMD3(0, 1, 0), frame: 0).ray.y < 0)
        #expect(camera.ray(to: SIMD3(0, 1, 5), frame: 0).depth < 0)
    }

    @Test(
        "cameras have the person in the picture, from the asked direction", arguments: [0, 45, 90, 180, -90])
    func placement(bearing: Int) throws {
        var generator = SeededGenerator(seed: 7)
        var placement = CameraPlacement(bearings: [Float(bearing)...Float(bearing)])
        placement.moving = 0
        for seed in 0..<20 {
            let walk = LifterExample.walk(seed: UInt64(seed))
            let camera = placement.camera(
                watching: walk, ground: LifterSceneSource.ground(of: walk), using: &generator)
            for frame in stride(from: 0, to: 75, by: 6) {
                let hips = camera.ray(to: walk.position(frame: frame, joint: .root), frame: frame)
                #expect(hips.depth > 0.5 && camera.shows(hips.ray))
            }
            let right = try #require(walk.leftToRight(frame: 37).normalized)
            let facing = SIMD3<Float>(0, 1, 0).cross(right)
            var way = camera.positions[37] - walk.position(frame: 37, joint: .root)
            way.y = 0
            let cosine = facing.dot(try #require(way.normalized))
            #expect(abs(cosine - cos(Float(bearing) * .pi / 180)) < 0.02)
        }
    }

    @Test("people who walk toward the camera come nearer, and face it in the target")
    func approach() {
        var generator = SeededGenerator(seed: 9)
        var placement = CameraPlacement(bearings: [0...0])
        placement.moving = 0
        let walk = LifterExample.walk()
        let camera = placement.camera(watching: walk, ground: 0, using: &generator)
        let (first, last) = (
            camera.ray(to: walk.position(frame: 0, joint: .root), frame: 0).depth,
            camera.ray(to: walk.position(frame: 74, joint: .root), frame: 74).depth
        )
        #expect(first > last + 2)
        // Seen from ahead, the person's left is on the right of the picture.
        let scene = LifterScene(
            walk, seenBy: camera, noise: .none, bodyLength: 1.35, using: &generator)
        #expect(scene.target[3 * LifterJoints.leftShoulder] > scene.target[3 * LifterJoints.rightShoulder])
    }
}
