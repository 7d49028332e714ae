import Testing

@testable import Gait

struct BodyProportionsTests {
    private let walk = TestBody.walk()

    @Test("each bone is longer by its factor and keeps its direction")
    func bones() {
        let proportions = BodyProportions(
            torso: 1.1, head: 0.9, shoulders: 1.2, arms: 0.8, hips: 1.3, legs: 1.05)
        let changed = walk.applying(proportions)
        for joint in Joint.allCases {
            guard let parent = joint.parent else { continue }
            let before = walk.position(frame: 33, joint: joint) - walk.position(frame: 33, joint: parent)
            let after = changed.position(frame: 33, joint: joint) - changed.position(frame: 33, joint: parent)
            #expect(distance(after, before * proportions.factor(of: joint)) < 1e-5)
        }
    }

    @Test("the path grows with the legs from where it began")
    func path() {
        let away = walk.rotated(yaw: 0.3)
        var moved = away
        moved.transformPositions { $0 + SIMD3(5, 0, 2) }
        let changed = moved.applying(BodyProportions(legs: 1.2))
        let start = moved.position(frame: 0, joint: .root)
        #expect(distance(changed.position(frame: 0, joint: .root), start * SIMD3(1, 1.2, 1)) < 1e-5)
        let travelled = moved.position(frame: 74, joint: .root) - start
        let grown = changed.position(frame: 74, joint: .root) - changed.position(frame: 0, joint: .root)
        #expect(distance(grown, travelled * 1.2) < 1e-4)
    }

    @Test("factors of 1 leave the walk as it is")
    func unchanged() {
        #expect(largestDifference(walk.applying(BodyProportions()), walk) < 1e-5)
    }

    @Test("random factors stay in their range and follow the seed")
    func random() {
        var (one, same) = (SeededGenerator(seed: 1), SeededGenerator(seed: 1))
        let proportions = BodyProportions.random(spread: 0.1, using: &one)
        #expect(proportions == .random(spread: 0.1, using: &same))
        #expect(proportions != .random(spread: 0.1, using: &same))
        #expect(Joint.allCases.allSatisfy { (0.9...1.1).contains(proportions.factor(of: $0)) })
    }
}
