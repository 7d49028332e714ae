package import Gait

/// How many of some gaits pass the quality filter, and what the others fail by.
package struct QualityReport: Sendable, Equatable, Encodable {
    /// The gaits that were measured.
    package let gaits: Int
    /// The share that passes every criterion; 0 of none.
    package let passRate: Double
    /// The share that fails each criterion, by ``GaitQuality/Failure``'s name. A gait may fail several.
    package let failures: [String: Double]
    /// The median of how much bones vary, of how far planted feet slide (metres), and of the fastest joints (m/s).
    package let limbVariation: Float
    package let footSlide: Float
    package let largestSpeed: Float

    enum CodingKeys: String, CodingKey {
        case gaits, failures
        case passRate = "pass_rate"
        case limbVariation = "limb_variation_median"
        case footSlide = "foot_slide_median"
        case largestSpeed = "largest_speed_median"
    }

    /// Measures gaits, each as a whole.
    package init(_ gaits: [Gait]) {
        self.init(gaits.map { GaitQuality($0) })
    }

    /// Sums up what was measured.
    package init(_ qualities: [GaitQuality]) {
        func share(_ isCounted: (GaitQuality) -> Bool) -> Double {
            qualities.isEmpty ? 0 : Double(qualities.count(where: isCounted)) / Double(qualities.count)
        }
        gaits = qualities.count
        passRate = share(\.passes)
        failures = Dictionary(
            uniqueKeysWithValues: GaitQuality.Failure.allCases.map { failure in
                (failure.rawValue, share { $0.failures.contains(failure) })
            })
        limbVariation = median(qualities.map(\.limbVariation))
        footSlide = median(qualities.map(\.footSlide))
        largestSpeed = median(qualities.map(\.largestSpeed))
    }
}
