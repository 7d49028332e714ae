import Foundation

/// A program run as an operator runs it, with what it writes.
package final class ProgramRun {
    package let process: ChildProcess
    private let folder: TemporaryFolder

    /// - Parameters:
    ///   - path: the program; for one of our own, see ``built(_:)``.
    ///   - folder: where it starts; nil: in this process's own.
    ///   - environment: added to this process's own.
    package init(
        _ path: String, _ arguments: [String], environment: [String: String] = [:],
        startingIn folder: String? = nil
    ) throws {
        self.folder = try TemporaryFolder()
        process = try ChildProcess(
            path, arguments, environment: environment, output: self.folder.path("output"),
            errors: self.folder.path("errors"), folder: folder)
    }

    /// The path of a program that is built together with the tests.
    package static func built(_ name: String) -> String {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: name).path(percentEncoded: false)
    }

    /// What it wrote to standard output so far.
    package var output: String { text("output") }

    /// What it wrote to standard error so far.
    package var errors: String { text("errors") }

    private func text(_ name: String) -> String {
        (try? String(contentsOfFile: folder.path(name), encoding: .utf8)) ?? ""
    }
}
