import Gait

/// How well labels were recognized, pooled over all evaluation windows.
package struct ClassificationMetrics: Sendable, Equatable {
    /// One window: its class, and the model's probabilities.
    package struct Outcome: Sendable, Equatable {
        package let label: Int
        /// One per class.
        package let probabilities: [Float]

        package init(label: Int, probabilities: [Float]) {
            (self.label, self.probabilities) = (label, probabilities)
        }

        /// The most probable class.
        package var predicted: Int {
            probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
        }
    }

    /// The share of windows classified correctly.
    package let accuracy: Double
    /// The mean recall of the classes that occur.
    package let balancedAccuracy: Double
    /// The mean F1 of the classes that occur.
    package let macroF1: Double
    /// The share of each class's windows that were recognized; nil if there are none.
    package let recall: [Double?]
    /// `[true class][predicted class]`, windows.
    package let confusion: [[Int]]
    /// The expected calibration error over ten bins of confidence (Naeini et al. 2015).
    package let expectedCalibrationError: Double
    /// The number of windows.
    package let count: Int

    /// The metrics of some outcomes; all are 0 if there are none.
    package init(_ outcomes: [Outcome], classes: Int) {
        var confusion = Array(repeating: Array(repeating: 0, count: classes), count: classes)
        for outcome in outcomes { confusion[outcome.label][outcome.predicted] += 1 }
        let recall = (0..<classes).map { label -> Double? in
            let total = confusion[label].reduce(0, +)
            return total == 0 ? nil : Double(confusion[label][label]) / Double(total)
        }
        let present = recall.compactMap(\.self)
        let correct = (0..<classes).reduce(0) { $0 + confusion[$1][$1] }
        let scores = (0..<classes).filter { recall[$0] != nil }.map { label -> Double in
            let predicted = confusion.reduce(0) { $0 + $1[label] }
            let total = confusion[label].reduce(0, +)
            return 2 * Double(confusion[label][label]) / Double(predicted + total)
        }
        count = outcomes.count
        accuracy = outcomes.isEmpty ? 0 : Double(correct) / Double(outcomes.count)
        balancedAccuracy = present.isEmpty ? 0 : present.reduce(0, +) / Double(present.count)
        macroF1 = scores.isEmpty ? 0 : scores.reduce(0, +) / Double(scores.count)
        self.recall = recall
        self.confusion = confusion
        expectedCalibrationError = Self.calibrationError(outcomes)
    }

    private static func calibrationError(_ outcomes: [Outcome]) -> Double {
        guard !outcomes.isEmpty else { return 0 }
        var bins = [(count: Int, confidence: Double, correct: Int)](repeating: (0, 0, 0), count: 10)
        for outcome in outcomes {
            let confidence = Double(outcome.probabilities[outcome.predicted])
            let bin = min(max(Int(confidence * 10), 0), 9)
            bins[bin].count += 1
            bins[bin].confidence += confidence
            bins[bin].correct += outcome.predicted == outcome.label ? 1 : 0
        }
        return bins.reduce(0) { $0 + abs($1.confidence - Double($1.correct)) } / Double(outcomes.count)
    }

    /// The outcomes of two classifiers for the same windows, in the same order.
    package struct Pair: Sendable {
        package let one: [Outcome]
        package let other: [Outcome]
        /// The recording of each window.
        package let recordings: [String]

        package init(_ one: [Outcome], against other: [Outcome], recordings: [String]) {
            precondition(
                one.count == other.count && one.count == recordings.count,
                "\(one.count) windows and \(other.count)")
            (self.one, self.other, self.recordings) = (one, other, recordings)
        }
    }

    /// The 95 % interval of the gain in balanced accuracy of the first way over the second, averaged over
    /// repetitions, by resampling recordings.
    ///
    /// The same recordings are drawn for both ways and for every repetition, so the difficulty of a recording cancels
    /// out.
    package static func gainInterval(
        _ repetitions: [Pair], classes: Int, seed: UInt64, draws: Int = 1000
    ) -> ClosedRange<Double> {
        let windows = repetitions.map { pair in
            Dictionary(grouping: pair.recordings.indices, by: { pair.recordings[$0] })
        }
        return bootstrap(repetitions.flatMap(\.recordings), seed: seed, draws: draws) { drawn in
            let sum = zip(repetitions, windows).reduce(0.0) { sum, repetition in
                let places = drawn.flatMap { repetition.1[$0] ?? [] }
                let (one, other) = (repetition.0.one, repetition.0.other)
                return sum
                    + ClassificationMetrics(places.map { one[$0] }, classes: classes).balancedAccuracy
                    - ClassificationMetrics(places.map { other[$0] }, classes: classes).balancedAccuracy
            }
            return sum / Double(repetitions.count)
        }
    }

    /// The 95 % interval of the balanced accuracy by resampling recordings, since the windows of a recording
    /// are not independent.
    ///
    /// - Parameter recordings: which recording each outcome comes from, in the outcomes' order.
    package static func interval(
        _ outcomes: [Outcome], recordings: [String], classes: Int, seed: UInt64, draws: Int = 1000
    ) -> ClosedRange<Double> {
        let groups = Dictionary(grouping: outcomes.indices, by: { recordings[$0] })
        return bootstrap(Array(groups.keys), seed: seed, draws: draws) { drawn in
            let places = drawn.flatMap { groups[$0] ?? [] }
            return ClassificationMetrics(places.map { outcomes[$0] }, classes: classes).balancedAccuracy
        }
    }

    /// The 95 % interval of a figure of recordings that are drawn with replacement; of those draws that have the figure.
    static func bootstrap(
        _ recordings: [String], seed: UInt64, draws: Int, figure: ([String]) -> Double?
    ) -> ClosedRange<Double> {
        let recordings = Set(recordings).sorted()
        guard !recordings.isEmpty else { return 0...0 }
        var generator = SeededGenerator(seed: seed)
        let figures = (0..<draws).compactMap { _ in
            figure(recordings.map { _ in recordings[Int.random(in: recordings.indices, using: &generator)] })
        }.sorted()
        guard !figures.isEmpty else { return 0...0 }
        return figures[figures.count / 40]...figures[figures.count - 1 - figures.count / 40]
    }
}

/// How well two sets of labels for the same items agree.
package struct LabelAgreement: Sendable, Equatable, Encodable {
    /// The number of items.
    package let count: Int
    /// The share of items on which both agree; nil if there are none.
    package let agreement: Double?
    /// Cohen's kappa: the agreement beyond chance, given the label frequencies (Cohen 1960); nil if both use a single
    /// label throughout.
    package let kappa: Double?
    /// `[one's label][the other's label]`, items.
    package let table: [[Int]]

    /// - Parameter pairs: for each item both labels, below `classes`.
    package init(_ pairs: [(one: Int, other: Int)], classes: Int) {
        var table = Array(repeating: Array(repeating: 0, count: classes), count: classes)
        for pair in pairs { table[pair.one][pair.other] += 1 }
        (self.table, count) = (table, pairs.count)
        guard !pairs.isEmpty else {
            (agreement, kappa) = (nil, nil)
            return
        }
        let total = Double(pairs.count)
        let agreement = Double(table.indices.reduce(0) { $0 + table[$1][$1] }) / total
        let chance = table.indices.reduce(0.0) { sum, label in
            let other = table.reduce(0) { $0 + $1[label] }
            return sum + Double(table[label].reduce(0, +)) / total * Double(other) / total
        }
        self.agreement = agreement
        kappa = chance < 1 ? (agreement - chance) / (1 - chance) : nil
    }
}
