/// Whether a model may take another one's place, why, and by which figures. Part of a trained model's record.
package struct Verdict: Sendable, Equatable, Codable {
    package let isAccepted: Bool
    /// One sentence for people.
    package let reason: String
    /// Held-out gaits by label.
    package let heldOut: [String: Int]
    /// The candidate's balanced accuracy on the held-out gaits, and its one-sided 95 % lower bound. Nil, as all that
    /// follows, where there were too few gaits to compare by.
    package var balancedAccuracy: Double?
    package var lowerBound: Double?
    /// The serving model's balanced accuracy on the same gaits.
    package var servingBalancedAccuracy: Double?
    /// The candidate's balanced accuracy less the serving model's, and its one-sided 95 % lower bound.
    package var gain: Double?
    package var gainLowerBound: Double?
    /// By how much the recall of each label fell; below 0 where it rose.
    package var recallDrops: [String: Double] = [:]
    /// The bootstrap's seed.
    package let seed: UInt64

    enum CodingKeys: String, CodingKey {
        case reason, gain, seed
        case isAccepted = "accepted"
        case heldOut = "held_out"
        case balancedAccuracy = "balanced_accuracy"
        case lowerBound = "lower_bound"
        case servingBalancedAccuracy = "serving_balanced_accuracy"
        case gainLowerBound = "gain_lower_bound"
        case recallDrops = "recall_drops"
    }

    init(isAccepted: Bool, reason: String, heldOut: [String: Int], seed: UInt64) {
        (self.isAccepted, self.reason, self.heldOut, self.seed) = (isAccepted, reason, heldOut, seed)
    }

    /// The figures by name, as a training's message has them.
    package var figures: [String: Double] {
        var figures: [String: Double] = [:]
        figures["balanced_accuracy"] = balancedAccuracy
        figures["lower_bound"] = lowerBound
        figures["serving_balanced_accuracy"] = servingBalancedAccuracy
        figures["gain"] = gain
        figures["gain_lower_bound"] = gainLowerBound
        for (label, count) in heldOut { figures["held_out_\(label)"] = Double(count) }
        for (label, drop) in recallDrops { figures["recall_drop_\(label)"] = drop }
        return figures
    }
}
