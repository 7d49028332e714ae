package import Gait

/// A linear support vector machine, one class against the rest, on scaled affective features: the baseline that a
/// network must beat.
///
/// Squared hinge loss with L2 regularisation, solved in the dual by coordinate descent (Hsieh et al. 2008).
package struct LinearSVM: Sendable, Equatable {
    /// `[classes, features]`.
    package let weight: [Float]
    /// `[classes]`.
    package let bias: [Float]

    package init(weight: [Float], bias: [Float]) {
        (self.weight, self.bias) = (weight, bias)
    }

    /// The settings of the solver.
    package struct Options: Sendable {
        /// The cost of an error, larger for less regularisation; each class's is weighted to balance the classes.
        package var cost: Float = 1
        package var maximumPasses = 1000
        /// The solver stops when no coefficient changes a decision by more than this.
        package var tolerance: Float = 1e-4

        package init() {}
    }

    /// Fits the machine.
    ///
    /// - Parameters:
    ///   - rows: one scaled feature vector per gait.
    ///   - labels: the class of each row.
    package init(
        fitting rows: [[Float]], labels: [Int], classes: Int, options: Options = Options(),
        using generator: inout SeededGenerator
    ) {
        let features = rows.first?.count ?? 0
        var weight: [Float] = []
        var bias: [Float] = []
        let norms = rows.map { row in row.reduce(Float(1)) { $0 + $1 * $1 } }
        for label in 0..<classes {
            let positives = labels.filter { $0 == label }.count
            let signs: [Float] = labels.map { $0 == label ? 1 : -1 }
            let costs = signs.map { sign -> Float in
                let share = sign > 0 ? positives : labels.count - positives
                return options.cost * Float(labels.count) / Float(2 * max(share, 1))
            }
            let w = Self.solve(
                rows, signs: signs, costs: costs, norms: norms, features: features, options: options, using: &generator)
            weight.append(contentsOf: w.prefix(features))
            bias.append(w[features])
        }
        (self.weight, self.bias) = (weight, bias)
    }

    /// The weights and, last, the bias of one class against the rest.
    private static func solve(
        _ rows: [[Float]], signs: [Float], costs: [Float], norms: [Float], features: Int, options: Options,
        using generator: inout SeededGenerator
    ) -> [Float] {
        var w = [Float](repeating: 0, count: features + 1)
        var alpha = [Float](repeating: 0, count: rows.count)
        var order = Array(rows.indices)
        for _ in 0..<options.maximumPasses {
            order.shuffle(using: &generator)
            var largest: Float = 0
            for index in order {
                let row = rows[index]
                var decision = w[features]
                for column in 0..<features { decision += w[column] * row[column] }
                let ridge = 1 / (2 * costs[index])
                let gradient = signs[index] * decision - 1 + ridge * alpha[index]
                let next = max(alpha[index] - gradient / (norms[index] + ridge), 0)
                let change = (next - alpha[index]) * signs[index]
                guard change != 0 else { continue }
                alpha[index] = next
                for column in 0..<features { w[column] += change * row[column] }
                w[features] += change
                largest = max(largest, abs(change) * norms[index].squareRoot())
            }
            if largest < options.tolerance { break }
        }
        return w
    }

    /// The decision value of each class for one scaled feature vector.
    package func decisions(_ row: [Float]) -> [Float] {
        bias.indices.map { label in
            row.indices.reduce(bias[label]) { $0 + weight[label * row.count + $1] * row[$1] }
        }
    }
}
