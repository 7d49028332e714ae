extension SIMD2 where Scalar: FloatingPoint {
    /// The Euclidean length.
    @inlinable package var length: Scalar { (self * self).sum().squareRoot() }
}

extension SIMD3 where Scalar: BinaryFloatingPoint {
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
