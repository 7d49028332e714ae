extension SIMD2 where Scalar: FloatingPoint {
    /// The Euclidean length.
    @inlinable package var length: Scalar { (self * self).sum().squareRoot() }
}

extension [Float] {
    /// The scalar product, added up from the first to the last.
    func dot(_ other: [Float]) -> Float {
        var sum: Float = 0
        for index in indices { sum += self[index] * other[index] }
        return sum
    }
}

extension SIMD3 where Scalar: BinaryFloatingPoint {
    /// Turned about the vertical by the angle of these; positive angles turn +z toward +x.
    @inlinable package func turned(_ cosine: Scalar, _ sine: Scalar) -> Self {
        Self(cosine * x + sine * z, y, cosine * z - sine * x)
    }

    /// The Euclidean length.
    @inlinable package var length: Scalar { (self * self).sum().squareRoot() }

    /// The unit vector; nil for a vector without a direction.
    @inlinable package var normalized: Self? { length > 1e-9 ? self / length : nil }

    /// The scalar product.
    @inlinable package func dot(_ other: Self) -> Scalar { (self * other).sum() }

    /// The vector product, right-handed.
    @inlinable package func cross(_ other: Self) -> Self {
        Self(
            y * other.z - z * other.y,
            z * other.x - x * other.z,
            x * other.y - y * other.x)
    }

    /// The vector turned by a unit quaternion [x, y, z, w].
    @inlinable package func rotated(by quaternion: SIMD4<Scalar>) -> Self {
        let axis = Self(quaternion.x, quaternion.y, quaternion.z)
        let turned = 2 * axis.cross(self)
        return self + quaternion.w * turned + axis.cross(turned)
    }
}

extension Collection where Element: SIMD, Element.Scalar: Comparable {
    /// The box around points, of which there is at least one.
    package var bounds: (low: Element, high: Element) {
        let first = self[startIndex]
        return dropFirst().reduce((low: first, high: first)) { box, point in
            (pointwiseMin(box.low, point), pointwiseMax(box.high, point))
        }
    }
}
