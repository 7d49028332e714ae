import Foundation
import Gait
import NeuralNetwork
import Testing

@testable import GaitModels

struct LifterSceneTests {
    @Test("the target is the person in the camera's level frame, in the typical body's size")
    func target() {
        var generator = SeededGenerator(seed: 1)
        let walk = LifterExample.walk().scaled(by: 1.2)
        let camera = LifterExample.camera(at: SIMD3(0, 1, 6), yaw: 0.1, tilt: 0.15)
        let own = BodySize(walk).length
        let scene = LifterScene(walk, seenBy: camera, noise: .none, bodyLength: 1.35, using: &generator)
        #expect(abs(scene.scale - own / 1.35) < 1e-4)
        #expect(abs(scene.tilt - 0.15 * 180 / .pi) < 1e-3)
        #expect(abs(BodySize(scene.truth).length - own) < 1e-3)
        let hand = walk.position(frame: 9, joint: .leftHand) - walk.position(frame: 9, joint: .root)
        let expected = camera.level(hand, frame: 9)
        #expect((scene.truth.position(frame: 9, joint: .leftHand) - expected).length < 1e-3)
    }

    @Test(
        "scenes have 75 frames and finite numbers, whatever the gait's length", arguments: [1, 40, 75, 300])
    func lengths(frames: Int) {
        let source = LifterSceneSource(bodyLength: 1.35)
        for seed in 0..<20 {
            var generator = SeededGenerator(seed: UInt64(seed))
            let scene = source.scene(of: LifterExample.walk(frames: frames), using: &generator)
            #expect(scene.window.rays.count == 75 * 13 && scene.target.count == 75 * 39)
            #expect(scene.target.allSatisfy { abs($0) < 3 })
            #expect(scene.window.rays.allSatisfy { $0.x.isFinite && $0.y.isFinite })
        }
    }

    @Test("the same seed gives the same scene")
    func seed() {
        let (one, other) = (LifterExample.scenes(4, seed: 3), LifterExample.scenes(4, seed: 3))
        #expect(one.map(\.window) == other.map(\.window) && one.map(\.target) == other.map(\.target))
        #expect(one.map(\.window) != LifterExample.scenes(4, seed: 4).map(\.window))
    }

    @Test("other people keep the walk's rhythm")
    func variation() {
        var generator = SeededGenerator(seed: 2)
        let walk = LifterExample.walk(seed: 3)
        for _ in 0..<20 {
            let person = BodyVariation.random(using: &generator).apply(to: walk)
            #expect(abs(StrideRhythm(fitting: person).frequency - 1) < 0.1)
            #expect(!person.coordinates.contains { !$0.isFinite })
        }
        let same = BodyVariation().apply(to: walk)
        #expect(zip(same.coordinates, walk.coordinates).allSatisfy { abs($0 - $1) < 1e-3 })
    }

    @Test("people who stand are not taken for walking")
    func standing() {
        var generator = SeededGenerator(seed: 4)
        let walking = (0..<100).count { seed in
            let walk = LifterExample.walk(seed: UInt64(seed))
            return WalkDetector().isWalking(
                StandingPerson(using: &generator).apply(to: walk, frames: 75))
        }
        #expect(walking == 0)
    }

    @Test("draws favor no data set for its many recordings")
    func draws() {
        let gaits = (0..<109).map { index in
            TrainingGait(
                key: "\(index)", gait: LifterExample.walk(), label: index < 100 ? 0 : 1, group: "\(index)")
        }
        var generator = SeededGenerator(seed: 5)
        let order = LifterDraws(gaits).order(count: 4000, using: &generator)
        let small = Double(order.count { $0 >= 100 }) / 4000
        #expect(abs(small - 3.0 / 13) < 0.03)
    }
}

struct LifterInputTests {
    /// The channels of a window at a frame.
    private func channels(_ window: ImageWindow, frame: Int = 30) -> [Float] {
        let input = Tensor()
        LifterInput.encode([window], into: input)
        return (0..<LifterInput.channels).map { input[$0, 0, 0, frame] }
    }

    private func window(
        _ rays: [SIMD2<Float>], _ confidences: [Float] = Array(repeating: 1, count: 75 * 13)
    ) -> ImageWindow {
        ImageWindow(rays: rays, confidences: confidences, start: 0, end: 2.47, coverage: 1)
    }

    @Test("joints are in apparent torsos from the hips, beside the ray and the sizes")
    func layout() {
        var rays = [SIMD2<Float>](repeating: .zero, count: 75 * 13)
        for frame in 0..<75 {
            func set(_ joint: Joint, _ x: Float, _ y: Float) {
                rays[frame * 13 + (ImageWindow.joints.firstIndex(of: joint) ?? 0)] = SIMD2(0.1 + x, 0.2 + y)
            }
            let scale: Float = frame < 40 ? 1 : 2
            for joint in ImageWindow.joints { set(joint, 0, 0) }
            for joint in [Joint.leftShoulder, .rightShoulder] { set(joint, 0, -0.2 * scale) }
            set(.leftFoot, 0.1, 0.4)
        }
        let found = channels(window(rays))
        let foot = ImageWindow.joints.firstIndex(of: .leftFoot) ?? 0
        #expect(abs(found[2 * foot] - 0.5) < 1e-5 && abs(found[2 * foot + 1] - 2) < 1e-5)
        #expect(found[26..<40].allSatisfy { $0 == 1 })
        #expect(abs(found[40] - 0.1) < 1e-6 && abs(found[41] - 0.2) < 1e-6)
        #expect(abs(found[42]) < 1e-5 && abs(found[43] - log(0.2)) < 1e-5)
        #expect(abs(channels(window(rays), frame: 60)[42] - log(2)) < 1e-5)
    }

    @Test("frames without hips or shoulders are marked")
    func missing() {
        let scene = LifterExample.scenes(1)[0]
        var confidences = scene.window.confidences
        confidences[30 * 13 + LifterJoints.leftHip] = 0
        #expect(channels(window(scene.window.rays, confidences))[39] == 0)
    }

    @Test("nothing but finite numbers comes out", arguments: [Float.nan, .infinity, -.infinity, 1e30, 0])
    func finite(value: Float) {
        for joints in [[0], [7], Array(0..<13)] {
            var rays = LifterExample.scenes(1)[0].window.rays
            for frame in 0..<75 { for joint in joints { rays[frame * 13 + joint] = SIMD2(value, value) } }
            for confidence in [Float.nan, 0, 1, 7] {
                let found = channels(window(rays, Array(repeating: confidence, count: 75 * 13)))
                #expect(found.allSatisfy { $0.isFinite && abs($0) <= 6 })
            }
        }
    }
}
