import Gait
import Simulation
import Testing

@testable import GaitModels

@Suite("PlantedFeet")
struct PlantedFeetTests {
    private let walk = Walker(emotion: .happy, seed: 8).gait(frames: 75)

    @Test(
        "a root that travels too fast or too slow makes planted feet slide by the difference",
        arguments: [1.3, 0.7, 0, -1, -0.5, 2] as [Float])
    func travel(factor: Float) {
        let feet = PlantedFeet(ChangedWalk.travelling(walk, times: factor))
        #expect(feet.isSliding, "\(feet)")
        #expect(abs(feet.share - abs(factor - 1)) < 0.12, "\(feet)")
    }

    @Test("a slide of one foot alone is seen")
    func oneFoot() {
        let limping = ChangedWalk.changed(walk) { frame, joint, position in
            joint == .leftFoot ? position + SIMD3(0.012 * Float(frame), 0, 0) : position
        }
        #expect(!PlantedFeet(walk).isSliding)
        #expect(PlantedFeet(limping).isSliding)
    }

    @Test("who stands passes, on a treadmill too, and so does somebody who sways or is filmed with noise")
    func standing() {
        let standing = Walker(
            emotion: .sad, seed: 2, options: Walker.Options(isStanding: true)
        ).gait(frames: 75)
        var generator = SeededGenerator(seed: 4)
        for gait in [
            standing, standing.rootRelative(),
            standing.withNoise(standardDeviation: 0.003, using: &generator),
        ] {
            let feet = PlantedFeet(gait)
            #expect(!feet.isSliding && !feet.isMissing, "\(feet)")
        }
    }

    @Test("a walk seen from its own root slides")
    func rootRelative() {
        #expect(PlantedFeet(walk.rootRelative()).isSliding)
    }

    @Test("feet that tremble or never rest are missing")
    func trembling() {
        let trembling = ChangedWalk.changed(walk) { frame, _, position in
            position + SIMD3(0, 0.05 * Float(frame % 6 < 3 ? frame % 3 : 3 - frame % 3), 0)
        }
        #expect(PlantedFeet(trembling).isMissing)
        let rising = ChangedWalk.changed(walk) { frame, _, position in
            position + SIMD3(0, 0.01 * Float(frame), 0)
        }
        #expect(PlantedFeet(rising).isMissing)
    }
}
