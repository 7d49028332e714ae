import Foundation
import TestSupport

/// One run of a script of this package, and what it wrote.
struct ScriptRun {
    let status: Int32
    /// Standard output, then standard error.
    let output: String

    /// Runs a program to its end.
    ///
    /// - Parameters:
    ///   - program: A path; a relative one starts at the package's root.
    ///   - arguments: Without the program's own name.
    init(_ program: String, _ arguments: [String]) throws {
        let path = program.hasPrefix("/") ? program : PackageFolder.path(program)
        // Any other folder than the package's root: the scripts have to find it on their own.
        let run = try ProgramRun(path, arguments, startingIn: "/")
        status = run.process.wait()
        output = run.output + run.errors
    }

    /// The first of the usual places that has a program of this name; nil if none does.
    static func find(_ name: String) -> String? {
        ["/usr/bin/", "/bin/", "/usr/local/bin/"].map { $0 + name }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
