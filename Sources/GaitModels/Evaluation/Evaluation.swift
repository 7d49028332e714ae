package import Gait

/// Classifies the evaluation windows of gaits: non-overlapping 75 frames, the remainder dropped, shorter
/// gaits as they were recorded.
package enum Evaluation {
    /// The outcome of every window, and which gait it is of.
    package struct Result: Sendable {
        package var outcomes: [ClassificationMetrics.Outcome]
        /// The index of each outcome's gait.
        package var gaits: [Int]
    }

    /// - Parameters:
    ///   - gaits: whole recorded gaits.
    ///   - labels: the class of each gait, as an index into the labels of the classifier's card.
    ///   - isCancelled: asked between batches; what has been classified so far is returned.
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
