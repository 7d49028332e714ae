/// A scale, a rotation without reflection and a translation: x becomes scale * R * x + translation.
package struct SimilarityTransform: Sendable, Equatable {
    package let scale: Double
    /// The rows of R.
    package let rotation: [SIMD3<Double>]
    package let translation: SIMD3<Double>

    /// Leaves every position where it is.
    package static let identity = SimilarityTransform(
        scale: 1, rotation: [SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1)], translation: .zero)

    package init(scale: Double, rotation: [SIMD3<Double>], translation: SIMD3<Double>) {
        assert(rotation.count == 3)
        self.scale = scale
        self.rotation = rotation
        self.translation = translation
    }

    /// The transform that brings the source's positions closest to the target's, in the sense of least
    /// squares: Umeyama, "Least-squares estimation of transformation parameters between two point patterns"
    /// (1991), eq. 40-42.
    ///
    /// The rotation is found as Horn's quaternion (1987), which is the same one and needs no reflection to be
    /// excluded. Nil if the positions do not determine it: they coincide, or lie on a line.
    package init?(fitting source: [SIMD3<Double>], to target: [SIMD3<Double>]) {
        assert(source.count == target.count)
        guard !source.isEmpty else { return nil }
        let sourceMean = source.reduce(.zero, +) / Double(source.count)
        let targetMean = target.reduce(.zero, +) / Double(target.count)
        var products = [SIMD3<Double>](repeating: .zero, count: 3)
        var sourceSquares = 0.0
        for (one, other) in zip(source, target) {
            let (from, to) = (one - sourceMean, other - targetMean)
            products[0] += from.x * to
            products[1] += from.y * to
            products[2] += from.z * to
            sourceSquares += from.dot(from)
        }
        let eigen = SymmetricEigen(
            SimilarityTransform.quaternionMatrix(of: products), size: 4, tolerance: 1e-32)
        let order = (0..<4).sorted { eigen.values[$0] > eigen.values[$1] }
        let (largest, second) = (eigen.values[order[0]], eigen.values[order[1]])
        // The two largest eigenvalues are equal where turning the source about a line changes nothing.
        guard sourceSquares > 1e-12, largest > 1e-12, largest - second > 1e-6 * largest else { return nil }
        rotation = SimilarityTransform.rotation(of: SIMD4(eigen.vector(order[0])))
        scale = largest / sourceSquares
        let (rows, factor) = (rotation, scale)
        translation =
            targetMean
            - factor
            * SIMD3(rows[0].dot(sourceMean), rows[1].dot(sourceMean), rows[2].dot(sourceMean))
    }

    /// The position after the transform.
    package func callAsFunction(_ position: SIMD3<Double>) -> SIMD3<Double> {
        let turned = SIMD3(
            rotation[0].dot(position), rotation[1].dot(position), rotation[2].dot(position))
        return scale * turned + translation
    }

    /// Horn's symmetric matrix `[4, 4]`, whose eigenvector of the largest eigenvalue is the quaternion (w, x, y, z) of
    /// the best rotation.
    ///
    /// - Parameter products: `products[i][j]` is the sum of source coordinate i times target coordinate j.
    private static func quaternionMatrix(of products: [SIMD3<Double>]) -> [Double] {
        let (x, y, z) = (products[0], products[1], products[2])
        return [
            x.x + y.y + z.z, y.z - z.y, z.x - x.z, x.y - y.x,
            y.z - z.y, x.x - y.y - z.z, x.y + y.x, z.x + x.z,
            z.x - x.z, x.y + y.x, y.y - x.x - z.z, y.z + z.y,
            x.y - y.x, z.x + x.z, y.z + z.y, z.z - x.x - y.y,
        ]
    }

    /// The rows of the rotation by a unit quaternion (w, x, y, z).
    private static func rotation(of quaternion: SIMD4<Double>) -> [SIMD3<Double>] {
        let (w, x, y, z) = (quaternion.x, quaternion.y, quaternion.z, quaternion.w)
        return [
            SIMD3(1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)),
            SIMD3(2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)),
            SIMD3(2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)),
        ]
    }
}
