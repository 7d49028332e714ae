package import Gait

/// A linear support vector machine on scaled affective features, one class against one: the baseline for networks.
///
/// Hinge loss with L2 regularization, solved in the dual by coordinate descent (Hsieh et al. 2008), one machine for
/// each pair of classes.
package struct LinearSVM: Sendable, Equatable {
    /// The number of classes.
    package let classes: Int
    /// `[pairs, features]`, pairs in the order (0, 1), (0, 2) … (1, 2) …
    package let weight: [Float]
    /// `[pairs]`.
    package let bias: [Float]

    /// The cost of an error, larger for less regularization; each class's is weighted to balance the pair.
    private static let cost: Float = 1
    private static let maximumPasses = 2000
    /// The solver stops when no coefficient changes by more than this share of its bound.
    private static let tolerance: Float = 1e-4

    /// The number of pairs of classes.
    package static func pairs(of classes: Int) -> Int { classes * (classes - 1) / 2 }
}

extension LinearSVM {
    /// Fits the machine.
    ///
    /// - Parameters:
    ///   - rows: one scaled feature vector per gait.
    ///   - labels: the class of each row.
    package init(
        fitting rows: [[Float]], labels: [Int], classes: Int, using generator: inout SeededGenerator
    ) {
        let features = rows.first?.count ?? 0
        var weight: [Float] = []
        var bias: [Float] = []
        for first in 0..<classes {
            for second in first + 1..<max(classes, first + 1) {
                let members = rows.indices.filter { labels[$0] == first || labels[$0] == second }
                let w = Self.solve(
                    members.map { rows[$0] }, signs: members.map { labels[$0] == first ? 1 : -1 },
                    features: features, using: &generator)
                weight.append(contentsOf: w.prefix(features))
                bias.append(w[features])
            }
        }
        self.init(classes: classes, weight: weight, bias: bias)
    }

    /// The weights and, last, the bias that separate rows of sign 1 from those of sign -1.
    private static func solve(
        _ rows: [[Float]], signs: [Float], features: Int, using generator: inout SeededGenerator
    ) -> [Float] {
        let positives = signs.filter { $0 > 0 }.count
        let bounds = signs.map { sign in
            cost * Float(rows.count)
                / Float(2 * max(sign > 0 ? positives : rows.count - positives, 1))
        }
        let norms = rows.map { row in row.reduce(Float(1)) { $0 + $1 * $1 } }
        var w = [Float](repeating: 0, count: features + 1)
        var alpha = [Float](repeating: 0, count: rows.count)
        var order = Array(rows.indices)
        for _ in 0..<maximumPasses {
            order.shuffle(using: &generator)
            var largest: Float = 0
            for index in order {
                let row = rows[index]
                var decision = w[features]
                for column in 0..<features { decision += w[column] * row[column] }
                let step = (1 - signs[index] * decision) / norms[index]
                let next = min(max(alpha[index] + step, 0), bounds[index])
                let change = (next - alpha[index]) * signs[index]
                guard change != 0 else { continue }
                alpha[index] = next
                for column in 0..<features { w[column] += change * row[column] }
                w[features] += change
                largest = max(largest, abs(change) / bounds[index])
            }
            if largest < tolerance { break }
        }
        return w
    }

    /// One value per class for a scaled feature vector: the votes of its pairs.
    package func decisions(_ row: [Float]) -> [Float] {
        var sums = [Float](repeating: 0, count: classes)
        var pair = 0
        for first in 0..<classes {
            for second in first + 1..<max(classes, first + 1) {
                let margin = row.indices.reduce(bias[pair]) { $0 + weight[pair * row.count + $1] * row[$1] }
                // A pair's vote counts far more than its margin.
                let vote = (margin > 0 ? 1 : -1) + 0.1 * min(max(margin, -1), 1)
                sums[first] += vote
                sums[second] -= vote
                pair += 1
            }
        }
        return sums
    }
}
