import Foundation

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
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program, relativeTo: PackageFiles.root)
        process.arguments = arguments
        // Any other folder than the package's root: the scripts have to find it on their own.
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let written = try pipe.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        status = process.terminationStatus
        output = String(decoding: written, as: UTF8.self)
    }

    /// The first of the usual places that has a program of this name; nil if none does.
    static func find(_ name: String) -> String? {
        ["/usr/bin/", "/bin/", "/usr/local/bin/"].map { $0 + name }
            .first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
