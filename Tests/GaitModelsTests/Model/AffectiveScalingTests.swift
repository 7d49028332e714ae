import Foundation
import Gait
import Testing

@testable import GaitModels

struct AffectiveScalingTests {
    private static let walks = (0..<10).map { TestWalk.gait(armSwing: Float($0) / 12, seed: UInt64($0)) }

    private func scaling(
        fitting walks: [Gait] = walks, origin: AffectiveOrigin = .root, features: [Int] = [12, 3, 27],
        turned: Bool = false, smoothing: Int = 0, _ spread: AffectiveScaling.Spread, limit: Float = 100
    ) -> AffectiveScaling {
        AffectiveScaling(
            fitting: walks, skeleton: .given, origin: origin, features: features, turned: turned,
            smoothing: smoothing, spread: spread, limit: limit)
    }

    @Test("the range goes to -1 and 1, in the order of the chosen features")
    func range() {
        let rows = Self.walks.map { scaling(.range)($0) }
        for column in 0..<2 {
            let values = rows.map { $0[column] }
            #expect(abs((values.min() ?? 0) + 1) < 1e-3 && abs((values.max() ?? 0) - 1) < 1e-3)
        }
        let all = Self.walks.map { AffectiveFeatures.compute($0, origin: .root)[12] }
        let fastest = all.indices.max { all[$0] < all[$1] }
        #expect(fastest == rows.indices.max { rows[$0][0] < rows[$1][0] })
    }

    @Test("the deviation goes to 1 about 0")
    func deviation() {
        let rows = Self.walks.map { scaling(.deviation)($0) }
        for column in 0..<2 {
            let values = rows.map { Double($0[column]) }
            let mean = values.reduce(0, +) / 10
            let squares = values.reduce(0) { $0 + $1 * $1 } / 10
            #expect(abs(mean) < 1e-3 && abs(squares - 1) < 1e-2)
        }
    }

    @Test("a feature far outside the training set says no more than the limit")
    func limit() {
        let still = Gait(validated: (0..<75).flatMap { _ in (0..<48).map { Float($0 * $0) } })
        let far = scaling(.deviation, limit: 2.5)(still)
        #expect(far.allSatisfy { abs($0) <= 2.5 })
        #expect(far.contains { abs($0) == 2.5 })
    }

    @Test("a feature that is always the same is only centered")
    func constant() {
        let same = Array(repeating: Self.walks[0], count: 3)
        for spread in [AffectiveScaling.Spread.range, .deviation] {
            let scaling = scaling(
                fitting: same, origin: .world, features: Array(0..<29), turned: true, spread, limit: 9)
            #expect(scaling(Self.walks[0]).allSatisfy { abs($0) < 1e-3 })
        }
    }

    @Test("turned gaits have the same features for every heading, others not", arguments: [true, false])
    func turned(turned: Bool) {
        let scaling = scaling(features: Array(0..<29), turned: turned, .deviation)
        let (one, other) = (scaling(Self.walks[2]), scaling(Self.walks[2].rotated(yaw: 1)))
        #expect((largestDifference(one, other[...]) < 2e-2) == turned)
    }

    @Test("smoothing takes the noise out of the jerk, and of every gait alike")
    func smoothing() throws {
        let scalings = [0, 4].map { scaling(features: [22], smoothing: $0, .range) }
        #expect(scalings[1].centre[0] < scalings[0].centre[0] / 3)
        #expect(Self.walks.allSatisfy { abs(scalings[1]($0)[0]) < 1.001 })
    }

    @Test("it comes back from JSON and gives the same values")
    func coding() throws {
        let scaling = scaling(.deviation)
        let read = try JSONDecoder().decode(AffectiveScaling.self, from: JSONEncoder().encode(scaling))
        #expect(read == scaling)
        #expect(read(Self.walks[4]) == scaling(Self.walks[4]))
        try read.validate()
    }
}
