import COpenBLAS

/// The matrix product of OpenBLAS, and how the process uses OpenBLAS.
package enum BLAS {
    /// Whether an operand is read as it is stored or transposed.
    enum Operand {
        case stored
        case transposed

        var flag: CBLAS_TRANSPOSE { self == .stored ? CblasNoTrans : CblasTrans }
    }

    /// `c[rows, columns] = alpha * a[rows, depth] * b[depth, columns] + beta * c`, all row major.
    ///
    /// A leading dimension is the distance between two rows as they are stored.
    @inline(__always)
    static func multiply(
        _ a: UnsafePointer<Float>, _ operandA: Operand = .stored, leadingA: Int,
        _ b: UnsafePointer<Float>, _ operandB: Operand = .stored, leadingB: Int,
        into c: UnsafeMutablePointer<Float>, leadingC: Int,
        rows: Int, columns: Int, depth: Int, alpha: Float = 1, beta: Float = 0
    ) {
        cblas_sgemm(
            CblasRowMajor, operandA.flag, operandB.flag,
            blasint(rows), blasint(columns), blasint(depth),
            alpha, a, blasint(leadingA), b, blasint(leadingB), beta, c, blasint(leadingC))
    }

    /// Sets how many threads one product may use. Products of a gait are too small to gain from more than
    /// one.
    package static func useThreads(_ count: Int) {
        openblas_set_num_threads(Int32(count))
    }

    /// The processor family whose kernels OpenBLAS chose, such as `Haswell`, `SkylakeX` or `ARMV8`.
    package static var kernelFamily: String {
        guard let name = openblas_get_corename() else { return "unknown" }
        return String(cString: name)
    }
}
