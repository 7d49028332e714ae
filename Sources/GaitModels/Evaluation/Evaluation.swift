package import Gait

/// Classifies the evaluation windows of gaits: non-overlapping 75 frames, the remainder dropped, shorter
/// gaits as they were recorded.
package enum Evaluation {
    /// The outcome of every window, and its gait.
    package struct Result: Sendable {
        package var outcomes: [ClassificationMetrics.Outcome]
        /// The index of each outcome's gait.
        package var gaits: [Int]
    }

    /// - Parameters:
    ///   - gaits: whole recorded gaits.
    ///   - labels: the class of each gait, as an index into the labels of the classifier's card.
    ///   - isCancelled: checked between batches; the outcomes so far are returned.
    package static func run(
        _ classifier: EmotionClassifier, gaits: [Gait], labels: [Int], isCancelled: () -> Bool = { false }
    ) -> Result {
        var result = Result(outcomes: [], gaits: [])
        let windows = gaits.enumerated().flatMap { index, gait in gait.windows().map { (index, $0) } }
        let batch = 16
        for start in stride(from: 0, to: windows.count, by: batch) {
            if isCancelled() { break }
            let some = windows[start..<min(start + batch, windows.count)]
            for (window, found) in zip(some, classifier.classify(some.map(\.1))) {
                result.outcomes.append(.init(label: labels[window.0], probabilities: found.probabilities))
                result.gaits.append(window.0)
            }
        }
        return result
    }
}

/// How well a classifier handles the same walks seen through worse sources.
package enum SourceRobustness {
    /// A source and its name.
    package struct Condition: Sendable {
        package let name: String
        package let view: SensorDegradation
    }

    /// The sources by which models are compared.
    package static let conditions: [Condition] = {
        var (fast, slow, bad) = (SensorDegradation(), SensorDegradation(), SensorDegradation())
        fast.rate = 60
        slow.rate = 12
        (bad.rate, bad.lostFrames, bad.noise) = (12, 0.1, 0.02)
        return [
            Condition(name: "60 fps", view: fast), Condition(name: "12 fps", view: slow),
            Condition(name: "12 fps, 10 % lost, 2 cm noise", view: bad),
        ]
    }()

    /// The results for the evaluation windows under one condition.
    package struct Result: Sendable {
        package var outcomes: [ClassificationMetrics.Outcome] = []
        /// Windows with the same label as the undisturbed ones.
        package var sameLabel = 0
        /// The largest difference of a probability from the undisturbed one.
        package var largestDifference: Float = 0

        /// Adds the results for other windows.
        package mutating func add(_ other: Result) {
            outcomes += other.outcomes
            sameLabel += other.sameLabel
            largestDifference = max(largestDifference, other.largestDifference)
        }
    }

    /// Classifies every evaluation window unchanged and under each condition.
    ///
    /// The source sees the gait from its start, so only the first window starts without earlier frames.
    ///
    /// - Parameters:
    ///   - gaits: whole recorded gaits.
    ///   - labels: the class of each.
    ///   - seed: of noise and losses.
    /// - Returns: one result per condition.
    package static func run(
        _ classifier: EmotionClassifier, gaits: [Gait], labels: [Int], conditions: [Condition] = conditions,
        seed: UInt64
    ) -> [Result] {
        var buffer = PoseBuffer()
        var generator = SeededGenerator(seed: seed)
        var results = conditions.map { _ in Result() }
        for (gait, label) in zip(gaits, labels) {
            for (index, window) in gait.windows().enumerated() {
                let seen = gait.slice(start: 0, frames: index * Gait.windowFrames + window.frames)
                let views = conditions.map {
                    $0.view(seen, frames: window.frames, through: &buffer, using: &generator)
                }
                let found = classifier.classify([window] + views)
                for (condition, classification) in found.dropFirst().enumerated() {
                    results[condition].add(classification, of: label, undisturbed: found[0])
                }
            }
        }
        return results
    }
}

extension SourceRobustness.Result {
    fileprivate mutating func add(
        _ classification: EmotionClassifier.Classification, of label: Int,
        undisturbed: EmotionClassifier.Classification
    ) {
        outcomes.append(.init(label: label, probabilities: classification.probabilities))
        sameLabel += classification.label == undisturbed.label ? 1 : 0
        for (one, other) in zip(classification.probabilities, undisturbed.probabilities) {
            largestDifference = max(largestDifference, abs(one - other))
        }
    }
}
