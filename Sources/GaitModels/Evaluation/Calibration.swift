import Foundation

/// What makes a model's probabilities mean what they say, fitted on gaits that it was not trained on.
package struct Calibration: Sendable, Equatable {
    /// The share of windows above the threshold that are to be read right.
    package static let wantedAccuracy = 0.9

    /// The exponent's inverse by which probabilities are sharpened (below 1) or softened (Guo et al. 2017): of one
    /// network it is what the logits are divided by. It never changes which class is the most probable one.
    package let temperature: Float
    /// The confidence from which a result is given: the lowest from which the windows were read right nine times in
    /// ten; where there is none, the one from which most were, with at least half of the windows left.
    package let threshold: Float

    /// Fits both.
    ///
    /// - Parameter outcomes: of windows that the model was not trained on, with probabilities of temperature 1.
    package init(fitting outcomes: [ClassificationMetrics.Outcome]) {
        let candidates = (0...64).map { Float(pow(2, Double($0 - 32) / 16)) }
        let losses = candidates.map { candidate in
            outcomes.reduce(0.0) { sum, outcome in
                let probabilities = Self.sharpened(outcome.probabilities, temperature: candidate)
                return sum - log(Double(max(probabilities[outcome.label], 1e-9)))
            }
        }
        let best = outcomes.isEmpty ? nil : losses.indices.min { losses[$0] < losses[$1] }
        let temperature = best.map { candidates[$0] } ?? 1
        self.temperature = temperature
        threshold = Self.threshold(
            outcomes.map { outcome in
                let sharpened = Self.sharpened(outcome.probabilities, temperature: temperature)
                return (sharpened[outcome.predicted], outcome.predicted == outcome.label)
            })
    }

    /// The outcome as the calibrated model has it.
    package func apply(to outcome: ClassificationMetrics.Outcome) -> ClassificationMetrics.Outcome {
        .init(
            label: outcome.label,
            probabilities: Self.sharpened(outcome.probabilities, temperature: temperature))
    }

    /// The probabilities to the power of 1 / temperature, brought back to a sum of 1.
    package static func sharpened(_ probabilities: [Float], temperature: Float) -> [Float] {
        guard temperature != 1 else { return probabilities }
        let largest = max(probabilities.max() ?? 1, .leastNormalMagnitude)
        let powers = probabilities.map { pow($0 / largest, 1 / temperature) }
        let sum = powers.reduce(0, +)
        return powers.map { $0 / sum }
    }

    private static func threshold(_ windows: [(confidence: Float, isRight: Bool)]) -> Float {
        let sorted = windows.sorted { $0.confidence > $1.confidence }
        var right = 0
        var lowest: Float?
        var best: (accuracy: Double, confidence: Float) = (0, 0)
        for (index, window) in sorted.enumerated() {
            right += window.isRight ? 1 : 0
            // Equal confidences pass together.
            if index + 1 < sorted.count, sorted[index + 1].confidence == window.confidence { continue }
            let accuracy = Double(right) / Double(index + 1)
            if accuracy >= wantedAccuracy { lowest = window.confidence }
            if 2 * (index + 1) >= sorted.count, accuracy > best.accuracy {
                best = (accuracy, window.confidence)
            }
        }
        // Rounded down to a hundredth: the last digits of a window's confidence mean nothing.
        return ((lowest ?? best.confidence) * 100).rounded(.down) / 100
    }
}
