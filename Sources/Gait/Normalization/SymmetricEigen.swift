/// The eigenvalues and eigenvectors of a real symmetric matrix, by cyclic Jacobi rotations.
package struct SymmetricEigen: Sendable {
    /// The eigenvalues, in no particular order.
    package private(set) var values: [Double]
    /// The unit eigenvectors as rows, `[size, size]`, row major: row i belongs to `values[i]`.
    package private(set) var vectors: [Double]
    /// The number of rows.
    package let size: Int

    /// More sweeps than any matrix of finite numbers needs: convergence is quadratic.
    private static let maximumSweeps = 100

    /// - Parameters:
    ///   - matrix: `[size, size]`, row major. Only the symmetric part counts.
    ///   - tolerance: The sum of squares off the diagonal, as a share of the one on it, at which the rotations end.
    package init(_ matrix: [Double], size: Int, tolerance: Double = 1e-24) {
        precondition(matrix.count == size * size, "expected \(size * size) values, found \(matrix.count)")
        self.size = size
        var a = matrix
        for row in 0..<size {
            for column in 0..<row {
                let mean = (matrix[row * size + column] + matrix[column * size + row]) / 2
                a[row * size + column] = mean
                a[column * size + row] = mean
            }
        }
        vectors = [Double](repeating: 0, count: size * size)
        for row in 0..<size { vectors[row * size + row] = 1 }
        values = []
        for _ in 0..<Self.maximumSweeps {
            var (outside, inside) = (0.0, 0.0)
            for row in 0..<size {
                for column in 0..<size {
                    let value = a[row * size + column]
                    if row == column { inside += value * value } else { outside += value * value }
                }
            }
            guard outside > tolerance * max(inside, 1e-300) else { break }
            for p in 0..<size {
                for q in p + 1..<max(size, p + 1) where a[p * size + q] != 0 { rotate(&a, p, q) }
            }
        }
        values = (0..<size).map { a[$0 * size + $0] }
    }

    /// The eigenvector of `values[index]`, of length 1.
    package func vector(_ index: Int) -> ArraySlice<Double> {
        vectors[index * size..<(index + 1) * size]
    }

    /// Rotates the coordinates p and q so that the entry between them becomes zero.
    private mutating func rotate(_ a: inout [Double], _ p: Int, _ q: Int) {
        let theta = (a[q * size + q] - a[p * size + p]) / (2 * a[p * size + q])
        let tangent = (theta < 0 ? -1 : 1) / (theta.magnitude + (theta * theta + 1).squareRoot())
        let cosine = 1 / (tangent * tangent + 1).squareRoot()
        let sine = tangent * cosine
        for row in 0..<size {
            let (one, other) = (a[row * size + p], a[row * size + q])
            a[row * size + p] = cosine * one - sine * other
            a[row * size + q] = sine * one + cosine * other
        }
        for column in 0..<size {
            let (one, other) = (a[p * size + column], a[q * size + column])
            a[p * size + column] = cosine * one - sine * other
            a[q * size + column] = sine * one + cosine * other
            let (vector, otherVector) = (vectors[p * size + column], vectors[q * size + column])
            vectors[p * size + column] = cosine * vector - sine * otherVector
            vectors[q * size + column] = sine * vector + cosine * otherVector
        }
    }
}
