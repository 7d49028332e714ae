import COpenBLAS
import Foundation

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

/// The choice of OpenBLAS's kernels where its own is a bad one.
extension BLAS {
    /// The variable that selects OpenBLAS's kernels; OpenBLAS reads it once, when it is loaded.
    private static let variable = "OPENBLAS_CORETYPE"
    /// What OpenBLAS takes where it does not know the processor: kernels of 2004, a third as fast as Haswell's.
    private static let lastResort = "Prescott"

    /// Starts the program again with better kernels where OpenBLAS is older than the processor, and does not know it;
    /// to be called before anything else. Does nothing where the variable is set.
    ///
    /// The process keeps its number, its arguments and its files.
    package static func useFittingKernels() {
        guard ProcessInfo.processInfo.environment[variable] == nil, kernelFamily == lastResort,
            let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
            let family = fittingFamily(processor: text),
            // The link's target, so that the process is still called by its name.
            let program = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
            setenv(variable, family, 0) == 0
        else { return }
        let arguments = CommandLine.arguments.map { strdup($0) }
        execv(program, arguments + [nil])
        // It could not be started, and goes on more slowly.
        for argument in arguments { free(argument) }
    }

    /// The family that an x86-64 processor of the kernel's description can run; nil if it has no AVX2.
    ///
    /// Haswell's kernels rather than those for AVX-512, which gain a fifth and were wrong in several versions.
    static func fittingFamily(processor text: String) -> String? {
        guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") }) else {
            return nil
        }
        let flags = Set(line.split(whereSeparator: { $0 == " " || $0 == "\t" || $0 == ":" }).map(String.init))
        return flags.isSuperset(of: ["avx2", "fma"]) ? "Haswell" : nil
    }
}
