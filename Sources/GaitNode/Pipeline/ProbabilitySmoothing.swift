import Foundation

/// An exponential moving average of class probabilities whose weight follows the time between two results, so
/// that a person seen again after a pause is not held to what was read before it.
package struct ProbabilitySmoothing {
    /// The average, in the order of the model's labels; empty before the first result.
    package private(set) var probabilities: [Float] = []
    private var lastStamp = 0.0

    package init() {}

    /// Takes in a result.
    ///
    /// - Parameters:
    ///   - new: Probabilities that sum to one.
    ///   - stamp: Time of the result in seconds, in the source's clock.
    ///   - timeConstant: Seconds after which an old result weighs 1/e; 0 keeps only the newest.
    package mutating func add(_ new: [Float], at stamp: Double, timeConstant: Double) {
        let elapsed = max(stamp - lastStamp, 0)
        lastStamp = stamp
        guard probabilities.count == new.count, timeConstant > 0 else {
            probabilities = new
            return
        }
        let kept = Float(exp(-elapsed / timeConstant))
        for index in new.indices {
            probabilities[index] = kept * probabilities[index] + (1 - kept) * new[index]
        }
    }

    /// Forgets everything, as after a jump of the source's clock.
    mutating func reset() {
        probabilities = []
    }
}
