import Foundation
import Gait
import Testing

@testable import Simulation

@Suite("Comparison with recorded walks")
struct RealWalkComparisonTests {
    /// Features that tell speed and posture, root-relative, with their range over 26 recorded neutral walks.
    private static let recorded: [(feature: Int, range: ClosedRange<Float>)] = [
        (1, 134.8...141.2), (2, 19.4...22.9), (3, 19.3...22.5), (5, 173.1...178.7), (6, 0.25...0.29),
        (7, 0.22...0.28), (8, 0.77...0.80), (9, 0.77...0.80), (11, 0.14...0.16), (12, 0.72...1.16),
        (13, 0.64...1.02), (15, 1.12...1.51), (16, 1.17...1.53), (17, 4.96...8.50), (18, 4.77...7.74),
        (20, 8.93...11.53), (21, 9.45...11.57), (27, 11.6...17.3),
    ]

    /// What the recorded ranges are widened by to either side, as a share of their middle: few people were
    /// recorded, of one build.
    private static let tolerance: Float = 0.4

    @Test("a neutral walker's features lie where those of recorded neutral walks lie", arguments: 1...10)
    func neutral(seed: UInt64) {
        let features = AffectiveFeatures.compute(
            Walker(emotion: .neutral, seed: seed).gait(frames: 150), origin: .root)
        for (feature, range) in Self.recorded {
            let name = AffectiveFeatures.names[feature]
            let slack = Self.tolerance * (range.lowerBound + range.upperBound) / 2
            let plausible = range.lowerBound - slack...range.upperBound + slack
            #expect(plausible.contains(features[feature]), "\(name) is \(features[feature])")
        }
    }
}
