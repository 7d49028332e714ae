import Gait
import Testing

@testable import GaitModels

struct LinearSVMTests {
    /// Rows about a center for each class.
    private func rows(_ centres: [[Float]], perClass: Int, noise: Float, seed: UInt64) -> ([[Float]], [Int]) {
        var generator = SeededGenerator(seed: seed)
        var rows: [[Float]] = []
        var labels: [Int] = []
        for index in 0..<perClass * centres.count {
            let label = index % centres.count
            rows.append(centres[label].map { $0 + noise * generator.normal() })
            labels.append(label)
        }
        return (rows, labels)
    }

    private func fit(_ rows: [[Float]], _ labels: [Int], classes: Int, seed: UInt64 = 1) -> LinearSVM {
        var generator = SeededGenerator(seed: seed)
        return LinearSVM(fitting: rows, labels: labels, classes: classes, using: &generator)
    }

    private func predicted(_ svm: LinearSVM, _ row: [Float]) -> Int? {
        let decisions = svm.decisions(row)
        return decisions.indices.max { decisions[$0] < decisions[$1] }
    }

    @Test("it tells apart what can be told apart, on rows that it has not seen")
    func separation() {
        let centres: [[Float]] = [[2, 0, 0], [0, 2, 0], [0, 0, 2], [-2, -2, -2]]
        let (rows, labels) = rows(centres, perClass: 20, noise: 0.3, seed: 1)
        let svm = fit(rows, labels, classes: 4)
        let (others, wanted) = self.rows(centres, perClass: 50, noise: 0.3, seed: 2)
        let right = zip(others, wanted).filter { predicted(svm, $0) == $1 }.count
        #expect(right >= 196)
        #expect(svm.decisions(others[0]).count == 4)
    }

    @Test("the same seed gives the same bits")
    func seeded() {
        let (rows, labels) = rows([[1, 0], [0, 1]], perClass: 20, noise: 0.8, seed: 3)
        #expect(fit(rows, labels, classes: 2) == fit(rows, labels, classes: 2))
    }

    @Test("classes of unequal size count the same")
    func balance() {
        let (many, _) = rows([[0.5]], perClass: 95, noise: 1, seed: 4)
        let (few, _) = rows([[-0.5]], perClass: 5, noise: 1, seed: 5)
        let svm = fit(many + few, Array(repeating: 0, count: 95) + Array(repeating: 1, count: 5), classes: 2)
        #expect(predicted(svm, [-1.5]) == 1 && predicted(svm, [1.5]) == 0)
    }

    /// The slow twin minimizes `|w|^2 / 2 + sum of cost * max(0, 1 - y w x)` with the bias as one more
    /// weight, in Float64 by subgradient steps; both must come to the same least value.
    @Test("it agrees with plain subgradient descent", arguments: [(20, 20), (30, 10)])
    func twin(first: Int, second: Int) {
        let (one, _) = rows([[0.6, 0, 0.2]], perClass: first, noise: 0.7, seed: 6)
        let (other, _) = rows([[-0.6, 0.1, 0]], perClass: second, noise: 0.7, seed: 7)
        let rows = (one + other).map { $0.map(Double.init) + [1] }
        let signs = Array(repeating: 1.0, count: first) + Array(repeating: -1, count: second)
        let total = Double(first + second)
        let costs = signs.map { total / (2 * Double($0 > 0 ? first : second)) }
        func product(_ w: [Double], _ row: [Double]) -> Double { zip(w, row).reduce(0) { $0 + $1.0 * $1.1 } }
        func objective(_ w: [Double]) -> Double {
            product(w, w) / 2
                + rows.indices.reduce(0) { $0 + costs[$1] * max(0, 1 - signs[$1] * product(w, rows[$1])) }
        }
        var w = [Double](repeating: 0, count: 4)
        var best = objective(w)
        for step in 1...20_000 {
            var gradient = w
            for (index, row) in rows.enumerated() where signs[index] * product(w, row) < 1 {
                for column in 0..<4 { gradient[column] -= costs[index] * signs[index] * row[column] }
            }
            for column in 0..<4 { w[column] -= gradient[column] / Double(step + 10) }
            best = min(best, objective(w))
        }
        let svm = fit(one + other, signs.map { $0 > 0 ? 0 : 1 }, classes: 2)
        let found = objective((svm.weight + svm.bias).map(Double.init))
        #expect(found < best * 1.0005)
        #expect(found > best * 0.99)
    }
}
