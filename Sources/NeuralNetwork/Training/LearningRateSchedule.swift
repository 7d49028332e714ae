import Foundation

/// The learning rate over the course of a training.
package enum LearningRateSchedule: String, Sendable, CaseIterable {
    /// x0.1 at 50, 75 and 87.5 % of the training, as the paper has it.
    case step
    /// A linear rise over the first tenth, then a half cosine to a thousandth (Smith and Topin 2019).
    case oneCycle = "one_cycle"

    /// The rate at a moment of the training.
    ///
    /// - Parameters:
    ///   - progress: 0 at the start, 1 at the end.
    ///   - peak: the largest rate.
    package func rate(at progress: Double, peak: Float) -> Float {
        switch self {
        case .step:
            let drops = [0.5, 0.75, 0.875].filter { progress >= $0 }.count
            return peak * Float(pow(0.1, Double(drops)))
        case .oneCycle:
            let rise = 0.1
            if progress < rise { return peak * Float(0.04 + 0.96 * progress / rise) }
            let fall = min((progress - rise) / (1 - rise), 1)
            return peak * Float(0.001 + 0.999 * 0.5 * (1 + cos(Double.pi * fall)))
        }
    }
}
