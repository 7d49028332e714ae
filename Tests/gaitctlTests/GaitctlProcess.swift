import Foundation
import Testing

/// The built program, run as an operator runs it.
struct GaitctlProcess {
    /// How a run ended.
    struct Result {
        let status: Int32
        let output: String
        let errors: String
    }

    private let process = Process()
    private let output = Pipe()
    private let errors = Pipe()

    /// Starts `gaitctl` from beside the tests' own program.
    init(_ arguments: [String]) throws {
        let tests = URL(filePath: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"))
        process.executableURL = tests.deletingLastPathComponent().appending(path: "gaitctl")
        process.arguments = arguments
        process.standardOutput = output
        process.standardError = errors
        try process.run()
    }

    /// Waits for its end.
    func finish() throws -> Result {
        // Little is written: neither pipe fills while the other is read.
        let written = try output.fileHandleForReading.readToEnd() ?? Data()
        let reported = try errors.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return Result(
            status: process.terminationStatus, output: String(decoding: written, as: UTF8.self),
            errors: String(decoding: reported, as: UTF8.self))
    }

    /// Waits for the first bytes on stderr, by which the program is at work, and presses Ctrl-C.
    func interruptOnceAtWork() throws {
        _ = errors.fileHandleForReading.availableData
        process.interrupt()
    }

    static func run(_ arguments: String...) throws -> Result {
        try GaitctlProcess(arguments).finish()
    }
}
