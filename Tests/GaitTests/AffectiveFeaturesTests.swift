import TestSupport
import Testing

@testable import Gait

struct AffectiveFeaturesTests {
    @Test("recorded gaits have the features of the reference", .sharedData)
    func reference() throws {
        for recorded in try SharedFixtures.cases() {
            let features = AffectiveFeatures.compute(try recorded.recorded(), origin: .world)
            #expect(features.count == recorded.affective.count)
            for (index, expected) in recorded.affective.enumerated() {
                let error = (Double(features[index]) - expected).magnitude
                // What remains is the input's rounding to Float32, which jerk multiplies by 27,000.
                #expect(error <= 5e-5 * max(expected.magnitude, 1e-3), "\(AffectiveFeatures.names[index])")
            }
        }
    }

    @Test("posture of a known body: volume, angles, distances and areas")
    func posture() {
        let gait = TestBody.gait(frames: 3) { _ in TestBody.standing }
        let features = AffectiveFeatures.compute(gait, origin: .world)
        let expected: [Float] = [
            0.4 * 1.5 * 0.02, 180, 0, 0, 0, 180, 0.2, 0.2, 0.806226, 0.806226, 0.1, 0.08,
        ]
        for (index, value) in expected.enumerated() {
            #expect((features[index] - value).magnitude < 1e-3, "\(AffectiveFeatures.names[index])")
        }
    }

    @Test("a steady movement has its speed, and no acceleration or jerk")
    func steadyMovement() {
        let gait = TestBody.gait { time in TestBody.standing.map { $0 + SIMD3(0, 0, 1.5 * time) } }
        let features = AffectiveFeatures.compute(gait, origin: .world)
        #expect(features[12...16].allSatisfy { ($0 - 1.5).magnitude < 1e-4 })
        #expect(features[17...21].allSatisfy { $0 < 1e-2 })
    }

    @Test("from the root, travel and a moving camera change nothing")
    func rootOrigin() {
        let walk = TestBody.walk()
        var drifting = walk
        drifting.coordinates = zip(0..., walk.coordinates).map { $1 + 0.01 * Float($0 / 48) }
        let features = AffectiveFeatures.compute(walk, origin: .root)
        let moved = AffectiveFeatures.compute(drifting, origin: .root)
        // Jerk is left out: the drift's rounding, times the cube of the frame rate, is seen there.
        #expect(zip(features[0...21], moved[0...21]).allSatisfy { ($0 - $1).magnitude < 1e-2 })
        let world = AffectiveFeatures.compute(walk, origin: .world)
        #expect(world[14] > 1.1)
        #expect(features[14] < 1e-3)
    }

    @Test("short gaits have no movement, and their length as stride", arguments: [1, 2, 3])
    func shortGaits(frames: Int) {
        let features = AffectiveFeatures.compute(TestBody.walk(frames: frames), origin: .world)
        #expect(features.allSatisfy { $0.isFinite })
        #expect((features[14] > 0) == (frames >= 2))
        #expect(features[19] == 0 || frames >= 3)
        #expect(features[22...26].allSatisfy { $0 == 0 })
        #expect(features[27] == Float(frames))
        #expect((features[28] - Float(frames) / 30).magnitude < 1e-6)
    }

    @Test("joints that all coincide give finite features")
    func collapsed() {
        let features = AffectiveFeatures.compute(
            Gait(validated: Array(repeating: 1, count: 48 * 75)), origin: .world)
        #expect(features[0...26].allSatisfy { $0 == 0 })
        #expect(features[27] == 2)
    }

    @Test("the frame rate scales speed, acceleration, jerk and the cycle, not the stride")
    func frameRate() {
        let walk = TestBody.walk()
        let (slow, fast) = (
            AffectiveFeatures.compute(walk, origin: .world, frameRate: 30),
            AffectiveFeatures.compute(walk, origin: .world, frameRate: 60)
        )
        #expect((fast[12] / slow[12] - 2).magnitude < 1e-4)
        #expect((fast[17] / slow[17] - 4).magnitude < 1e-4)
        #expect((fast[22] / slow[22] - 8).magnitude < 1e-4)
        #expect(fast[27] == slow[27])
        #expect((fast[28] / slow[28] - 0.5).magnitude < 1e-4)
    }

    @Test("every feature has a name of its own")
    func names() {
        #expect(Set(AffectiveFeatures.names).count == AffectiveFeatures.count)
    }
}

struct GaitGeometryTests {
    private let gait = TestBody.gait(frames: 2) { _ in TestBody.standing }

    @Test("a bone reaches from a joint to its parent")
    func boneLength() {
        #expect((gait.boneLength(frame: 0, joint: .neck) - 0.25).magnitude < 1e-6)
        #expect(gait.boneLength(frame: 0, joint: .root) == 0)
    }

    @Test("left to right is the horizontal sum of hips and shoulders")
    func leftToRight() {
        #expect(distance(gait.leftToRight(frame: 1), SIMD3(-0.6, 0, 0)) < 1e-6)
    }

    @Test("setting a joint changes that joint of that frame only")
    func set() {
        var changed = gait
        changed.set(SIMD3(1, 2, 3), frame: 1, joint: .head)
        #expect(changed.position(frame: 1, joint: .head) == SIMD3(1, 2, 3))
        #expect(zip(changed.coordinates, gait.coordinates).filter { $0 != $1 }.count == 3)
    }
}
