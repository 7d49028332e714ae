import TestSupport
import Testing

@testable import Gait
@testable import GaitModels

struct SkeletonAugmentationTests {
    private let walk = TestBody.walk()

    @Test("each bone is longer by its factor and keeps its direction")
    func bones() {
        var rig = SkeletonAugmentation()
        for joint in Joint.allCases where joint != .root {
            rig.factors[joint.rawValue] = 0.8 + 0.05 * Float(joint.rawValue)
        }
        let changed = apply(rig, to: walk)
        for joint in Joint.allCases {
            guard let parent = joint.parent else { continue }
            let before = walk.position(frame: 33, joint: joint) - walk.position(frame: 33, joint: parent)
            let after = changed.position(frame: 33, joint: joint) - changed.position(frame: 33, joint: parent)
            #expect(distance(after, before * rig.factors[joint.rawValue]) < 1e-5)
        }
    }

    @Test("the path grows by the root's factor from where it began")
    func path() {
        var moved = walk.rotated(yaw: 0.3)
        moved.transformPositions { $0 + SIMD3(5, 0, 2) }
        var rig = SkeletonAugmentation()
        rig.factors[Joint.root.rawValue] = 1.2
        let changed = apply(rig, to: moved)
        let start = moved.position(frame: 0, joint: .root)
        #expect(distance(changed.position(frame: 0, joint: .root), start * SIMD3(1, 1.2, 1)) < 1e-5)
        let travelled = moved.position(frame: 74, joint: .root) - start
        let grown = changed.position(frame: 74, joint: .root) - changed.position(frame: 0, joint: .root)
        #expect(distance(grown, travelled * 1.2) < 1e-4)
    }

    @Test("an offset turns with the body's heading")
    func offsets() {
        var rig = SkeletonAugmentation()
        rig.offsets[Joint.head.rawValue] = SIMD3(0, 0.1, 0.05)
        let turned = apply(rig, to: walk.rotated(yaw: 1))
        let expected = apply(rig, to: walk).rotated(yaw: 1)
        #expect(largestDifference(turned, expected) < 1e-4)
        #expect(largestDifference(apply(rig, to: walk), walk) > 0.09)
    }

    @Test("no variation leaves the walk as it is")
    func unchanged() {
        #expect(largestDifference(apply(SkeletonAugmentation(), to: walk), walk) < 1e-5)
    }

    @Test("a random rig is the same on both sides and follows the seed")
    func random() {
        var (one, same) = (SeededGenerator(seed: 1), SeededGenerator(seed: 1))
        let rig = SkeletonAugmentation.random(bones: 1, offset: 0.02, using: &one)
        #expect(rig == .random(bones: 1, offset: 0.02, using: &same))
        #expect(rig != .random(bones: 1, offset: 0.02, using: &same))
        for joint in Joint.allCases {
            let other = joint.mirrored
            #expect(rig.factors[joint.rawValue] == rig.factors[other.rawValue])
            #expect(rig.offsets[joint.rawValue] == rig.offsets[other.rawValue] * SIMD3(-1, 1, 1))
        }
    }

    private func apply(_ rig: SkeletonAugmentation, to gait: Gait) -> Gait {
        var gait = gait
        gait.apply(rig)
        return gait
    }
}
