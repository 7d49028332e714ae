import Testing

@testable import Gait

struct ViewNormalizationTests {
    @Test("none leaves the gait as it is")
    func none() {
        let walk = TestBody.walk()
        #expect(ViewNormalization.none.apply(to: walk) == walk)
    }

    @Test(
        "where, from which side and how large a walk was seen changes nothing",
        arguments: [ViewNormalization.referencePose, .hipAxis])
    func invariance(normalisation: ViewNormalization) {
        let walk = TestBody.walk()
        var seen = walk.rotated(yaw: 2.5).scaled(by: 1.3)
        seen.transformPositions { $0 + SIMD3(4, 0.5, -7) }
        #expect(largestDifference(normalisation.apply(to: walk), normalisation.apply(to: seen)) < 1e-4)
    }

    @Test(
        "whatever the gait, the result is finite",
        arguments: ViewNormalization.allCases,
        [
            Gait(validated: Array(repeating: 0, count: 48)),
            Gait(validated: Array(repeating: 3, count: 75 * 48)),
            Gait(validated: (0..<75 * 48).map { Float($0 % 48 / 3) }),
            Gait(validated: (0..<75 * 48).map { $0.isMultiple(of: 2) ? 1e4 : -1e4 }),
            TestBody.gait(frames: 1) { _ in TestBody.standing },
        ])
    func finite(normalisation: ViewNormalization, gait: Gait) {
        let normalised = normalisation.apply(to: gait)
        #expect(normalised.frames == gait.frames)
        #expect(normalised.coordinates.allSatisfy { $0.isFinite })
    }

    @Test("modes are found by their names in a configuration")
    func names() {
        #expect(ViewNormalization(rawValue: "reference_pose") == .referencePose)
        #expect(ViewNormalization(rawValue: "hip_axis") == .hipAxis)
    }
}
