/// The Frechet distance between two sets of features, each taken for a normal distribution (Heusel et al. 2017):
/// `|mu_x - mu_g|^2 + Tr(S_x + S_g - 2 (S_x S_g)^(1/2))`.
package enum FrechetDistance {
    /// - Parameters: features `[N][channels]`, at least one of each.
    package static func between(_ real: [[Float]], _ synthetic: [[Float]]) -> Double {
        let (x, g) = (Moments(real), Moments(synthetic))
        let offset = zip(x.mean, g.mean).reduce(0.0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
        // The square root of a product of covariances has the trace of one of a symmetric matrix.
        let root = SymmetricMatrix(x.covariance).squareRoot()
        let product = SymmetricMatrix(multiply(multiply(root, g.covariance), root))
        let shared = product.eigen().values.reduce(0.0) { $0 + max($1, 0).squareRoot() }
        let traces = x.mean.indices.reduce(0.0) { $0 + x.covariance[$1][$1] + g.covariance[$1][$1] }
        return max(offset + traces - 2 * shared, 0)
    }

    private static func multiply(_ one: [[Double]], _ other: [[Double]]) -> [[Double]] {
        let size = one.count
        var product = [[Double]](repeating: Array(repeating: 0, count: size), count: size)
        for i in 0..<size {
            for k in 0..<size where one[i][k] != 0 {
                for j in 0..<size { product[i][j] += one[i][k] * other[k][j] }
            }
        }
        return product
    }

    private struct Moments {
        let mean: [Double]
        let covariance: [[Double]]

        init(_ features: [[Float]]) {
            let size = features.first?.count ?? 0
            let count = Double(max(features.count, 1))
            var mean = [Double](repeating: 0, count: size)
            for row in features { for index in 0..<size { mean[index] += Double(row[index]) / count } }
            var covariance = [[Double]](repeating: Array(repeating: 0, count: size), count: size)
            for row in features {
                let away = (0..<size).map { Double(row[$0]) - mean[$0] }
                for i in 0..<size {
                    for j in 0..<size { covariance[i][j] += away[i] * away[j] / max(count - 1, 1) }
                }
            }
            (self.mean, self.covariance) = (mean, covariance)
        }
    }
}
