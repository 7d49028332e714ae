/// Loops over contiguous floats that the layers share.
///
/// Maps are left to the compiler's vectoriser; reductions are written with explicit lanes, since adding
/// floats in another order is not the compiler's to decide.
enum Vector {
    typealias Values = UnsafeMutablePointer<Float>
    typealias Constants = UnsafePointer<Float>

    /// `y = a * x`.
    @inline(__always)
    static func scale(_ x: Constants, by a: Float, into y: Values, count: Int) {
        for i in 0..<count { y[i] = a * x[i] }
    }

    /// `y += a * x`.
    @inline(__always)
    static func accumulate(_ x: Constants, times a: Float, into y: Values, count: Int) {
        for i in 0..<count { y[i] += a * x[i] }
    }

    /// `y += x`.
    @inline(__always)
    static func add(_ x: Constants, into y: Values, count: Int) {
        for i in 0..<count { y[i] += x[i] }
    }

    /// `y = a * x + b`.
    @inline(__always)
    static func affine(_ x: Constants, scale a: Float, shift b: Float, into y: Values, count: Int) {
        for i in 0..<count { y[i] = a * x[i] + b }
    }

    /// `y = max(y, 0)`.
    @inline(__always)
    static func rectify(_ y: Values, count: Int) {
        for i in 0..<count { y[i] = max(y[i], 0) }
    }

    /// `y = max(y + b, 0)`.
    @inline(__always)
    static func rectify(_ y: Values, adding b: Float, count: Int) {
        for i in 0..<count { y[i] = max(y[i] + b, 0) }
    }

    /// `gradient = 0` where the rectified `output` is zero.
    @inline(__always)
    static func mask(_ gradient: Values, where output: Constants, count: Int) {
        // A product instead of a choice between loads, which the compiler would turn into branches.
        for i in 0..<count { gradient[i] *= output[i] > 0 ? 1 : 0 }
    }

    /// The sum of the values.
    static func sum(_ x: Constants, count: Int) -> Float {
        var lanes = (SIMD8<Float>.zero, SIMD8<Float>.zero)
        let whole = count & ~15
        let raw = UnsafeRawPointer(x)
        for i in stride(from: 0, to: whole, by: 16) {
            lanes.0 += raw.loadUnaligned(fromByteOffset: i * 4, as: SIMD8<Float>.self)
            lanes.1 += raw.loadUnaligned(fromByteOffset: i * 4 + 32, as: SIMD8<Float>.self)
        }
        var rest: Float = 0
        for i in whole..<count { rest += x[i] }
        return (lanes.0 + lanes.1).sum() + rest
    }

    /// The sum of the products of two vectors.
    static func dot(_ x: Constants, _ y: Constants, count: Int) -> Float {
        var lanes = (SIMD8<Float>.zero, SIMD8<Float>.zero)
        let whole = count & ~15
        let a = UnsafeRawPointer(x)
        let b = UnsafeRawPointer(y)
        for i in stride(from: 0, to: whole, by: 16) {
            lanes.0 +=
                a.loadUnaligned(fromByteOffset: i * 4, as: SIMD8<Float>.self)
                * b.loadUnaligned(fromByteOffset: i * 4, as: SIMD8<Float>.self)
            lanes.1 +=
                a.loadUnaligned(fromByteOffset: i * 4 + 32, as: SIMD8<Float>.self)
                * b.loadUnaligned(fromByteOffset: i * 4 + 32, as: SIMD8<Float>.self)
        }
        var rest: Float = 0
        for i in whole..<count { rest += x[i] * y[i] }
        return (lanes.0 + lanes.1).sum() + rest
    }

    /// The sum of `(x - centre)^2`.
    static func squaredDeviation(_ x: Constants, from centre: Float, count: Int) -> Float {
        var lanes = (SIMD8<Float>.zero, SIMD8<Float>.zero)
        let whole = count & ~15
        let raw = UnsafeRawPointer(x)
        for i in stride(from: 0, to: whole, by: 16) {
            let first = raw.loadUnaligned(fromByteOffset: i * 4, as: SIMD8<Float>.self) - centre
            let second = raw.loadUnaligned(fromByteOffset: i * 4 + 32, as: SIMD8<Float>.self) - centre
            lanes.0 += first * first
            lanes.1 += second * second
        }
        var rest: Float = 0
        for i in whole..<count { rest += (x[i] - centre) * (x[i] - centre) }
        return (lanes.0 + lanes.1).sum() + rest
    }
}
