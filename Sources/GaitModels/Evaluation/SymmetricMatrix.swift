/// A symmetric matrix of any size, for what covariances need.
struct SymmetricMatrix {
    private let rows: [[Double]]

    /// Takes the symmetric part of a square matrix.
    init(_ rows: [[Double]]) {
        self.rows = rows.indices.map { i in rows.indices.map { (rows[i][$0] + rows[$0][i]) / 2 } }
    }

    /// Eigenvalues, and the matrix whose columns are the eigenvectors, by cyclic Jacobi rotations.
    func eigen() -> (values: [Double], vectors: [[Double]]) {
        let size = rows.count
        var a = rows
        var vectors = (0..<size).map { i in (0..<size).map { $0 == i ? 1.0 : 0 } }
        for _ in 0..<100 {
            var (outside, inside) = (0.0, 0.0)
            for i in 0..<size {
                for j in 0..<size {
                    if i == j { inside += a[i][i] * a[i][i] } else { outside += a[i][j] * a[i][j] }
                }
            }
            guard outside > 1e-24 * max(inside, 1e-300) else { break }
            for p in 0..<size {
                for q in p + 1..<max(size, p + 1) where a[p][q] != 0 { Self.rotate(&a, &vectors, p, q) }
            }
        }
        return ((0..<size).map { a[$0][$0] }, vectors)
    }

    /// The rotation that makes the entry at (p, q) zero.
    private static func rotate(_ a: inout [[Double]], _ vectors: inout [[Double]], _ p: Int, _ q: Int) {
        let theta = (a[q][q] - a[p][p]) / (2 * a[p][q])
        let t = (theta < 0 ? -1 : 1) / (theta.magnitude + (theta * theta + 1).squareRoot())
        let c = 1 / (t * t + 1).squareRoot()
        let s = t * c
        for k in a.indices {
            let (kp, kq) = (a[k][p], a[k][q])
            (a[k][p], a[k][q]) = (c * kp - s * kq, s * kp + c * kq)
        }
        for k in a.indices {
            let (pk, qk) = (a[p][k], a[q][k])
            (a[p][k], a[q][k]) = (c * pk - s * qk, s * pk + c * qk)
            let (vp, vq) = (vectors[k][p], vectors[k][q])
            (vectors[k][p], vectors[k][q]) = (c * vp - s * vq, s * vp + c * vq)
        }
    }

    /// The symmetric square root; eigenvalues that rounding made negative count as 0.
    func squareRoot() -> [[Double]] {
        let (values, vectors) = eigen()
        let roots = values.map { max($0, 0).squareRoot() }
        return rows.indices.map { i in
            rows.indices.map { j in
                roots.indices.reduce(0.0) { $0 + vectors[i][$1] * roots[$1] * vectors[j][$1] }
            }
        }
    }
}
