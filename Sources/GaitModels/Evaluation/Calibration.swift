import Foundation

/// Calibrates a model's probabilities, fitted on gaits that it was not trained on.
package struct Calibration: Sendable, Equatable {
    /// The target share of correct windows above the threshold.
    package static let wantedAccuracy = 0.9

    /// The inverse of the exponent that sharpens (below 1) or softens probabilities (Guo et al. 2017); for a single
    /// network, the divisor of the logits. It never changes the most probable class.
    package let temperature: Float
    /// The confidence above which a result is given: the lowest at which nine in ten windows are correct. If there is
    /// none, the one with the highest share of correct windows that leaves at least half of the windows.
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

    /// The outcome after calibration.
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
            // Windows with equal confidence pass together.
            if index + 1 < sorted.count, sorted[index + 1].confidence == window.confidence { continue }
            let accuracy = Double(right) / Double(index + 1)
            if accuracy >= wantedAccuracy { lowest = window.confidence }
            if 2 * (index + 1) >= sorted.count, accuracy > best.accuracy {
                best = (accuracy, window.confidence)
            }
        }
        // Rounded down to a hundredth: the last digits of a window's confidence are not meaningful.
        return ((lowest ?? best.confidence) * 100).rounded(.down) / 100
    }
}
