import Foundation

/// An exponential moving average of class probabilities whose weight follows the time between two results: a person who
/// is seen again after a pause is not held to earlier results.
///
/// It also knows whether the results contradict each other, and is calm then: see ``calmed(below:)``.
struct ProbabilitySmoothing: Sendable {
    /// The share of the recent results' weight that must be for the most probable label.
    private static let leastAgreement: Float = 0.8

    /// The average, in the order of the model's labels; empty before the first result.
    private(set) var probabilities: [Float] = []
    /// The average of the results' votes for their most probable labels.
    private var votes: [Float] = []
    private var lastTime = 0.0

    /// Takes in a result.
    ///
    /// - Parameters:
    ///   - new: Probabilities that sum to one.
    ///   - time: Of the result, seconds in the source's clock.
    ///   - timeConstant: Seconds after which an old result weighs 1/e; 0 keeps only the newest.
    mutating func add(_ new: [Float], at time: Double, timeConstant: Double) {
        let elapsed = max(time - lastTime, 0)
        lastTime = time
        let favorite = new.indices.max { new[$0] < new[$1] }
        guard probabilities.count == new.count, timeConstant > 0 else {
            probabilities = new
            votes = new.indices.map { $0 == favorite ? 1 : 0 }
            return
        }
        let kept = Float(exp(-elapsed / timeConstant))
        for index in new.indices {
            probabilities[index] = kept * probabilities[index] + (1 - kept) * new[index]
            votes[index] = kept * votes[index] + (1 - kept) * (index == favorite ? 1 : 0)
        }
    }

    /// Whether the recent results contradict each other.
    var isContradictory: Bool { best.map { votes[$0] < Self.leastAgreement } ?? false }

    private var best: Int? { probabilities.indices.max { probabilities[$0] < probabilities[$1] } }

    /// The average; if the recent results contradict each other, moved toward even odds until the largest probability is
    /// below the smallest confidence with which an emotion is said.
    ///
    /// - Parameter minimumConfidence: 0...1.
    func calmed(below minimumConfidence: Double) -> [Float] {
        guard let best, isContradictory else { return probabilities }
        let even = 1 / Float(probabilities.count)
        // Just below the limit. A limit of less than even odds cannot be met: even odds are all there is then.
        let limit = max(Float(minimumConfidence) * 0.99, even)
        let largest = probabilities[best]
        guard largest > limit, largest > even else { return probabilities }
        let share = (limit - even) / (largest - even)
        return probabilities.map { even + ($0 - even) * share }
    }

    /// Forgets everything, as after a jump of the source's clock.
    mutating func reset() {
        (probabilities, votes) = ([], [])
    }
}
