import Foundation
import TestSupport
import Testing

@testable import Gait

struct WalkDetectorTests {
    private let test = WalkDetector()

    /// The gait with 2 cm of noise on every coordinate.
    private func noisy(_ gait: Gait, seed: UInt64 = 1) -> Gait {
        var generator = SeededGenerator(seed: seed)
        return gait.withNoise(standardDeviation: 0.02, using: &generator)
    }

    private func legSwing(_ gait: Gait) -> Float { LegMotion(gait).swing }

    private func turned(_ joints: [SIMD3<Float>], by angle: Float) -> [SIMD3<Float>] {
        joints.map {
            SIMD3(cos(angle) * $0.x + sin(angle) * $0.z, $0.y, cos(angle) * $0.z - sin(angle) * $0.x)
        }
    }

    @Test("recorded walks are walks, with and without travel and noise", .sharedData)
    func recorded() throws {
        for recorded in try SharedFixtures.cases() {
            let gait = try recorded.recorded()
            guard gait.frames == Gait.windowFrames else { continue }
            #expect(test.isWalking(gait) && test.isWalking(gait.rootRelative()))
            #expect(test.isWalking(noisy(gait.rootRelative())))
        }
    }

    @Test("small steps are walks, from any side and at any size")
    func smallSteps() {
        let walk = noisy(TestBody.walk(swing: 0.25))
        #expect(test.isWalking(walk))
        #expect(test.isWalking(walk.rootRelative().rotated(yaw: 2)))
        let difference = LegMotion(walk).swing - LegMotion(walk.scaled(by: 0.5).rotated(yaw: -1)).swing
        #expect(difference.magnitude < 1e-3)
    }

    @Test("standing, swaying, sitting, waving and bobbing are not")
    func notWalking() {
        let standing = TestBody.gait { _ in TestBody.standing }
        let swaying = TestBody.gait { time in
            // The body leans from foot to foot; the feet stay.
            TestBody.standing.map { $0 + SIMD3(0.1 * sin(4 * time) * max($0.y - 0.1, 0), 0, 0) }
        }
        let sitting = TestBody.gait { _ in
            TestBody.standing.map { $0.y < 0.8 ? SIMD3($0.x, $0.y + 0.3, $0.z + 0.4) : $0 }
        }
        let waving = TestBody.gait { time in
            var joints = TestBody.standing
            joints[Joint.leftHand.rawValue] += SIMD3(0.3 * sin(10 * time), 0.8, 0.2)
            joints[Joint.rightHand.rawValue] += SIMD3(0, 0.5, 0.3 * cos(8 * time))
            return joints
        }
        let bobbing = TestBody.gait { time in TestBody.standing.map { $0 + SIMD3(0, 0.1 * sin(6 * time), 0) }
        }
        for (index, gait) in [standing, swaying, sitting, waving, bobbing].enumerated() {
            for seed in 0..<5 {
                #expect(legSwing(noisy(gait, seed: UInt64(seed))) < 0.07, "case \(index)")
            }
        }
    }

    @Test("a body that is moved or turned as a whole does not walk", arguments: [Float(0), 1, 3, -4])
    func moved(radiansPerSecond: Float) {
        let wide = TestBody.standing.map { $0.y < 0.2 ? $0 * SIMD3(2, 1, 1) : $0 }
        let gait = TestBody.gait { time in
            turned(wide, by: radiansPerSecond * time).map { $0 + SIMD3(1.3 * time, 0, 0.4 * time) }
        }
        #expect(legSwing(noisy(gait)) < 0.07)
    }

    @Test("a body that twists above planted feet does not walk")
    func twisting() {
        let gait = TestBody.gait { time in
            let twisted = turned(TestBody.standing, by: 0.6 * sin(5 * time))
            return zip(TestBody.standing, twisted).map { $0.y < 0.2 ? $0 * SIMD3(2, 1, 1) : $1 }
        }
        #expect(!test.isWalking(noisy(gait)))
    }

    @Test("a body without legs, and a single frame, do not walk")
    func degenerate() {
        #expect(legSwing(Gait(validated: Array(repeating: 0, count: 480))) == 0)
        #expect(!test.isWalking(TestBody.walk(frames: 1)))
    }

    @Test("none of a thousand people who do something else on their feet walks", arguments: [Float(0), 0.02])
    func stationary(noise: Float) {
        var walkers: [String] = []
        for activity in StationaryPerson.Activity.allCases {
            for seed in UInt64(0)..<100 {
                var generator = SeededGenerator(seed: seed)
                let gait = StationaryPerson(activity, seed: seed).gait(frames: 75)
                    .withNoise(standardDeviation: noise, using: &generator)
                if test.isWalking(gait) { walkers.append("\(activity) \(seed)") }
            }
        }
        #expect(walkers.isEmpty)
    }

    @Test("a walk played backward is backward, and its mirror image is mirrored")
    func reversed() {
        let walk = TestBody.walk()
        let backward = TestBody.gait { TestBody.walkingFrame(at: 2.5 - $0) }
        let mirrored = Gait(validated: walk.coordinates.enumerated().map { $0 % 3 == 0 ? -$1 : $1 })
        for gait in [walk, walk.rootRelative().rotated(yaw: 2)] {
            #expect(test.locomotion(of: gait) == .walking)
        }
        #expect(test.locomotion(of: backward) == .backward)
        #expect(test.locomotion(of: backward.rootRelative()) == .backward)
        #expect(test.locomotion(of: mirrored) == .mirrored)
        // Only the legs are exchanged.
        let legs: [Joint] = [.leftHip, .leftKnee, .leftFoot, .rightHip, .rightKnee, .rightFoot]
        let exchanged = TestBody.gait { time in
            let joints = TestBody.walkingFrame(at: time)
            return Joint.allCases.map { joints[(legs.contains($0) ? $0.mirrored : $0).rawValue] }
        }
        #expect(test.locomotion(of: exchanged) == .mirrored)
    }

    @Test("a body with a wrong up axis is upside down, a standing one is not")
    func upsideDown() {
        let walk = TestBody.walk()
        let turns: [(SIMD3<Float>) -> SIMD3<Float>] = [
            { SIMD3($0.x, -$0.y, -$0.z) }, { SIMD3($0.x, $0.z, -$0.y) }, { SIMD3($0.x, -$0.z, $0.y) },
        ]
        for turn in turns {
            let wrong = TestBody.gait { TestBody.walkingFrame(at: $0).map(turn) }
            #expect(LegMotion(wrong).isUpsideDown && !test.isWalking(wrong))
        }
        #expect(!LegMotion(walk).isUpsideDown)
        #expect(!LegMotion(TestBody.gait { _ in TestBody.standing }).isUpsideDown)
        // Somebody who lies in bed.
        let lying = TestBody.gait { _ in TestBody.standing.map { SIMD3($0.x, $0.z, -$0.y) } }
        #expect(!LegMotion(lying).isUpsideDown)
    }

    @Test("the threshold can be set")
    func threshold() {
        #expect(!WalkDetector(minimumLegSwing: 2).isWalking(TestBody.walk()))
    }
}
