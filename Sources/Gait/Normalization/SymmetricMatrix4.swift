/// A symmetric matrix of four rows, and its eigenvalues by Jacobi's rotations.
struct SymmetricMatrix4 {
    private var rows: [SIMD4<Double>]

    init(rows: [SIMD4<Double>]) {
        assert(rows.count == 4)
        self.rows = rows
    }

    /// Horn's matrix, whose eigenvector of the largest eigenvalue is the quaternion (w, x, y, z) of the best
    /// rotation.
    ///
    /// - Parameter products: `products[i][j]` is the sum of source coordinate i times target coordinate j.
    init(quaternionOf products: [SIMD3<Double>]) {
        let (x, y, z) = (products[0], products[1], products[2])
        self.init(rows: [
            SIMD4(x.x + y.y + z.z, y.z - z.y, z.x - x.z, x.y - y.x),
            SIMD4(y.z - z.y, x.x - y.y - z.z, x.y + y.x, z.x + x.z),
            SIMD4(z.x - x.z, x.y + y.x, y.y - x.x - z.z, y.z + z.y),
            SIMD4(x.y - y.x, z.x + x.z, y.z + z.y, z.z - x.x - y.y),
        ])
    }

    /// The eigenvalues with their unit eigenvectors, largest first.
    func eigen() -> [(value: Double, vector: SIMD4<Double>)] {
        var matrix = rows
        // Row i is the i-th eigenvector in the end.
        var vectors = (0..<4).map { index in
            var unit = SIMD4<Double>.zero
            unit[index] = 1
            return unit
        }
        // A handful of sweeps converges quadratically to the last bit; the bound only ends what cannot
        // converge.
        for _ in 0..<32 {
            let size = matrix.reduce(0) { $0 + ($1 * $1).sum() }
            let rest = size - (0..<4).reduce(0) { $0 + matrix[$1][$1] * matrix[$1][$1] }
            guard rest > 1e-32 * size else { break }
            for p in 0..<3 {
                for q in p + 1..<4 where matrix[p][q] != 0 {
                    SymmetricMatrix4.eliminate(p, q, in: &matrix, vectors: &vectors)
                }
            }
        }
        return (0..<4).map { (value: matrix[$0][$0], vector: vectors[$0]) }.sorted { $0.value > $1.value }
    }

    /// Turns the coordinates p and q so that the entry between them becomes zero.
    private static func eliminate(
        _ p: Int, _ q: Int, in matrix: inout [SIMD4<Double>], vectors: inout [SIMD4<Double>]
    ) {
        let theta = (matrix[q][q] - matrix[p][p]) / (2 * matrix[p][q])
        let tangent = (theta < 0 ? -1 : 1) / (theta.magnitude + (theta * theta + 1).squareRoot())
        let cosine = 1 / (tangent * tangent + 1).squareRoot()
        let sine = tangent * cosine
        for index in 0..<4 {
            let (one, other) = (matrix[index][p], matrix[index][q])
            matrix[index][p] = cosine * one - sine * other
            matrix[index][q] = sine * one + cosine * other
        }
        let (row, otherRow) = (matrix[p], matrix[q])
        matrix[p] = cosine * row - sine * otherRow
        matrix[q] = sine * row + cosine * otherRow
        let (vector, otherVector) = (vectors[p], vectors[q])
        vectors[p] = cosine * vector - sine * otherVector
        vectors[q] = sine * vector + cosine * otherVector
    }
}
