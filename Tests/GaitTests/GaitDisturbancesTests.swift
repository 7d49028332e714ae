import TestSupport
import Testing

@testable import Gait

struct GaitDisturbancesTests {
    private let walk = TestBody.walk()

    @Test("smoothing keeps a steady movement and both ends")
    func smoothSteady() {
        let steady = TestBody.gait { time in TestBody.standing.map { $0 + SIMD3(time, 0, 2 * time) } }
        #expect(largestDifference(steady.smoothed(passes: 5), steady) < 1e-4)
        let smooth = walk.smoothed(passes: 3)
        #expect(smooth.slice(start: 0, frames: 1) == walk.slice(start: 0, frames: 1))
        #expect(smooth.slice(start: 74, frames: 1) == walk.slice(start: 74, frames: 1))
    }

    @Test("a pass is the filter (1, 2, 1) / 4")
    func pass() {
        let smooth = walk.smoothed(passes: 1)
        let expected =
            (walk.position(frame: 29, joint: .leftFoot) + 2 * walk.position(frame: 30, joint: .leftFoot)
                + walk.position(frame: 31, joint: .leftFoot)) / 4
        #expect(distance(smooth.position(frame: 30, joint: .leftFoot), expected) < 1e-6)
        #expect(walk.smoothed(passes: 0) == walk)
    }

    @Test("smoothing brings noisy jerk down by more than ten")
    func smoothNoise() {
        var generator = SeededGenerator(seed: 9)
        let noisy = walk.withNoise(standardDeviation: 0.01, using: &generator)
        let rough = AffectiveFeatures.compute(noisy, origin: .root)[24]
        let smooth = AffectiveFeatures.compute(noisy.smoothed(passes: 4), origin: .root)[24]
        #expect(smooth < rough / 10)
    }
}
