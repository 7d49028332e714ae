import Foundation
import Gait

/// Decides whether a newly trained model may replace the serving one: only if it is better on gaits of people on whom
/// neither was trained, by more than chance explains, good enough in itself, and worse for no class.
///
/// Both models classify the same windows. The bounds come from a paired bootstrap within every class: the same people
/// are drawn for both, so the difficulty of a person cancels out.
package struct PromotionGate: Sendable, Equatable {
    /// The value that the lower bound of the candidate's balanced accuracy must exceed.
    package var minimumBalancedAccuracy = RetrainingSettings().minimumBalancedAccuracy
    /// The most by which a class's recall may fall.
    package var maximumRecallDrop = RetrainingSettings().maximumRecallDrop
    /// The fewest held-out gaits of a class for a decision.
    package var minimumGaits = 10
    package var seed: UInt64 = 1

    /// Bootstrap samples.
    private static let draws = 2000
    /// The probability that a bound is wrong.
    private static let error = 0.05
    /// The largest rounding difference between two equal accuracies.
    private static let rounding = 1e-9

    /// The held-out gaits, and the outcomes of both models for their windows.
    package struct Comparison: Sendable {
        /// The ordered names of the classes: the candidate's.
        package let labels: [String]
        package let candidate: [ClassificationMetrics.Outcome]
        /// The same windows in the same order, by the candidate's classes.
        package let serving: [ClassificationMetrics.Outcome]
        /// The person of each window.
        package let subjects: [String]
        /// The gait of each window.
        package let gaits: [Int]

        /// Evaluates both models.
        ///
        /// - Parameters:
        ///   - heldOut: by the candidate's labels; a ``TrainingGait/group`` is a person. Neither model was trained on
        ///     any of them.
        ///   - isCancelled: checked between batches.
        package init(
            of candidate: EmotionClassifier, with serving: EmotionClassifier, on heldOut: [TrainingGait],
            isCancelled: () -> Bool = { false }
        ) {
            let (gaits, labels) = (heldOut.map(\.gait), heldOut.map(\.label))
            let names = candidate.card.labels
            let one = Evaluation.run(candidate, gaits: gaits, labels: labels, isCancelled: isCancelled)
            let other = Evaluation.run(serving, gaits: gaits, labels: labels, isCancelled: isCancelled)
            self.init(
                labels: names, candidate: one.outcomes,
                serving: other.outcomes.map { Self.renamed($0, from: serving.card.labels, to: names) },
                subjects: one.gaits.map { heldOut[$0].group }, gaits: one.gaits)
        }

        /// - Parameter subjects: one per outcome, like `gaits`.
        init(
            labels: [String], candidate: [ClassificationMetrics.Outcome],
            serving: [ClassificationMetrics.Outcome], subjects: [String], gaits: [Int]
        ) {
            // If one of them was cut short, there will be no decision.
            let count = min(candidate.count, serving.count)
            self.labels = labels
            self.candidate = Array(candidate.prefix(count))
            self.serving = Array(serving.prefix(count))
            self.subjects = Array(subjects.prefix(count))
            self.gaits = Array(gaits.prefix(count))
        }

        /// The outcome of a model with other classes. Predictions of a class that is unknown here go to one extra
        /// class, which is never correct.
        static func renamed(
            _ outcome: ClassificationMetrics.Outcome, from names: [String], to labels: [String]
        ) -> ClassificationMetrics.Outcome {
            guard names != labels else { return outcome }
            var probabilities = [Float](repeating: 0, count: labels.count + 1)
            for (name, probability) in zip(names, outcome.probabilities) {
                let place = labels.firstIndex(of: name) ?? labels.count
                // The largest and not the sum, so that the most probable class stays the same.
                probabilities[place] = max(probabilities[place], probability)
            }
            return .init(label: outcome.label, probabilities: probabilities)
        }
    }

    /// The number of held-out gaits of each label, as a reason if they do not suffice; otherwise nil.
    package func shortage(of heldOut: [TrainingGait], labels: [String]) -> PromotionDecision? {
        var counts = [Int](repeating: 0, count: labels.count)
        for gait in heldOut { counts[gait.label] += 1 }
        return shortage(counts, labels)
    }

    private func shortage(_ counts: [Int], _ labels: [String]) -> PromotionDecision? {
        let few = labels.indices.filter { counts[$0] < minimumGaits }
        guard !few.isEmpty else { return nil }
        let named = few.map { "\(labels[$0]) \(counts[$0])" }.joined(separator: ", ")
        return PromotionDecision(
            isAccepted: false,
            reason:
                "too few held-out gaits for a comparison: \(named); at least \(minimumGaits) of every class are needed",
            heldOut: Dictionary(zip(labels, counts)) { $1 }, seed: seed)
    }

    /// Decides.
    package func callAsFunction(_ comparison: Comparison) -> PromotionDecision {
        let labels = comparison.labels
        var gaits = [Set<Int>](repeating: [], count: labels.count)
        for (outcome, gait) in zip(comparison.candidate, comparison.gaits) {
            gaits[outcome.label].insert(gait)
        }
        if let shortage = shortage(gaits.map(\.count), labels) { return shortage }

        let recalls = Recalls(comparison)
        let all = recalls.strata.map { Array($0.indices) }
        let (candidate, serving) = (recalls.means(all, \.candidate), recalls.means(all, \.serving))
        let drops = zip(serving, candidate).map { $0 - $1 }
        let bounds = lowerBounds(recalls)
        let own = candidate.reduce(0, +) / Double(labels.count)
        let other = serving.reduce(0, +) / Double(labels.count)
        let reason = objection(
            gain: own - other, bounds.gain, own: own, bounds.own, drops: Array(zip(labels, drops)))
        return PromotionDecision(
            isAccepted: reason == nil,
            reason: reason
                ?? "better by \(Self.text(own - other)) (at least \(Self.text(bounds.gain))) on \(gaits.reduce(0) { $0 + $1.count }) held-out gaits",
            heldOut: Dictionary(zip(labels, gaits.map(\.count))) { $1 }, balancedAccuracy: own,
            lowerBound: bounds.own, servingBalancedAccuracy: other, gain: own - other,
            gainLowerBound: bounds.gain, recallDrops: Dictionary(zip(labels, drops)) { $1 }, seed: seed)
    }

    /// The reason against the candidate; nil if there is none.
    private func objection(
        gain: Double, _ gainBound: Double, own: Double, _ ownBound: Double,
        drops: [(label: String, drop: Double)]
    ) -> String? {
        // A rounding error must not count as a gain.
        if gainBound <= Self.rounding {
            return
                "not better than the serving model: balanced accuracy \(Self.text(gain)) more, but possibly \(Self.text(gainBound)) by chance"
        }
        if ownBound <= minimumBalancedAccuracy {
            return
                "a balanced accuracy of \(Self.text(own)) could be \(Self.text(ownBound)) by chance; more than \(Self.text(minimumBalancedAccuracy)) is required"
        }
        let worst = drops.max { $0.drop < $1.drop }
        if let worst, worst.drop > maximumRecallDrop {
            return
                "the recall of \(worst.label) falls by \(Self.text(worst.drop)), more than \(Self.text(maximumRecallDrop))"
        }
        return nil
    }

    private func lowerBounds(_ recalls: Recalls) -> (own: Double, gain: Double) {
        var generator = SeededGenerator(seed: seed)
        let classes = Double(recalls.strata.count)
        var own: [Double] = []
        var gains: [Double] = []
        for _ in 0..<Self.draws {
            let drawn = recalls.strata.map { units in
                units.map { _ in Int.random(in: units.indices, using: &generator) }
            }
            let candidate = recalls.means(drawn, \.candidate).reduce(0, +) / classes
            own.append(candidate)
            gains.append(candidate - recalls.means(drawn, \.serving).reduce(0, +) / classes)
        }
        let place = Int(Double(Self.draws) * Self.error)
        return (own.sorted()[place], gains.sorted()[place])
    }

    private static func text(_ value: Double) -> String {
        String(format: "%.3f", abs(value) < rounding ? 0 : value)
    }

    /// The correct windows of both models for each unit that is drawn together, by class.
    private struct Recalls {
        struct Unit {
            var windows = 0.0
            /// Correct windows.
            var candidate = 0.0
            var serving = 0.0
        }

        /// The people of each class, or its gaits if all come from one person.
        let strata: [[Unit]]

        init(_ comparison: Comparison) {
            strata = comparison.labels.indices.map { label in
                let places = comparison.candidate.indices.filter { comparison.candidate[$0].label == label }
                let byPerson = Dictionary(grouping: places) { comparison.subjects[$0] }
                let units =
                    byPerson.count > 1
                    ? byPerson.sorted { $0.key < $1.key }.map(\.value)
                    : Dictionary(grouping: places) { comparison.gaits[$0] }.sorted { $0.key < $1.key }.map(
                        \.value)
                return units.map { places in
                    var unit = Unit()
                    for place in places {
                        unit.windows += 1
                        unit.candidate += comparison.candidate[place].predicted == label ? 1 : 0
                        unit.serving += comparison.serving[place].predicted == label ? 1 : 0
                    }
                    return unit
                }
            }
        }

        /// The recall of each class over the units that were drawn.
        func means(_ drawn: [[Int]], _ right: KeyPath<Unit, Double>) -> [Double] {
            zip(strata, drawn).map { units, places in
                let windows = places.reduce(0) { $0 + units[$1].windows }
                return places.reduce(0) { $0 + units[$1][keyPath: right] } / max(windows, 1)
            }
        }
    }
}

/// Whether a model may replace another, why, and the metrics behind the decision. Part of a trained model's record.
package struct PromotionDecision: Sendable, Equatable, Codable {
    package let isAccepted: Bool
    /// One sentence for people.
    package let reason: String
    /// Held-out gaits by label.
    package let heldOut: [String: Int]
    /// The candidate's balanced accuracy on the held-out gaits, and its one-sided 95 % lower bound. Nil, like all
    /// that follows, if there were too few gaits to compare.
    package var balancedAccuracy: Double?
    package var lowerBound: Double?
    /// The serving model's balanced accuracy on the same gaits.
    package var servingBalancedAccuracy: Double?
    /// The candidate's balanced accuracy less the serving model's, and its one-sided 95 % lower bound.
    package var gain: Double?
    package var gainLowerBound: Double?
    /// The drop in each label's recall; negative if it rose.
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

    /// The metrics by name, as in a training message.
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
