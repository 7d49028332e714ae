import Testing

@testable import NeuralNetwork

extension ParameterStore {
    /// Expects the gradient of some parameters to be the slope of a loss along it, where rounding is smallest beside the
    /// slope.
    ///
    /// - Parameters:
    ///   - prefix: of the parameters' names; running statistics are left out.
    ///   - gradient: of all values.
    ///   - length: of the step to either side.
    ///   - tolerance: as a share of the slope.
    ///   - least: the smallest length of the gradient.
    ///   - isLearned: whether a parameter's values have a gradient.
    func expectSlope(
        of prefix: String, _ gradient: [Float], length: Double, tolerance: Double, least: Double,
        where isLearned: (String) -> Bool = { _ in true }, loss: () -> Double
    ) {
        let places =
            parameters
            .filter { $0.name.hasPrefix(prefix) && $0.role != .statistic && isLearned($0.name) }
            .flatMap { $0.offset..<$0.offset + $0.count }
        guard !places.isEmpty else { return }
        let start = snapshot
        let norm = places.reduce(0.0) { $0 + Double(gradient[$1] * gradient[$1]) }.squareRoot()
        #expect(norm > least, "\(prefix)")
        func moved(_ length: Double) -> Double {
            var values = start
            for place in places { values[place] += Float(length / norm) * gradient[place] }
            snapshot = values
            return loss()
        }
        let slope = (moved(length) - moved(-length)) / (2 * length)
        snapshot = start
        #expect(abs(slope - norm) < tolerance * norm, "\(prefix) \(slope) \(norm)")
    }
}
