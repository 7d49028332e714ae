import Foundation

/// The choice of OpenBLAS's kernels where its own is a bad one.
extension BLAS {
    /// The variable by which OpenBLAS is told its kernels; it reads it when it is loaded, and never again.
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

    /// The family that an x86-64 processor of the kernel's description can run; nil where it has no AVX2.
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
