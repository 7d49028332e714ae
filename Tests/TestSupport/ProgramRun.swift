package import Foundation

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

/// A process without input; killed with the last reference to it.
///
/// Spawned directly and not by Foundation's `Process`: that one hands our threads' blocked signals on, so that
/// SIGTERM never arrives, and waits on run loops that may miss the end.
package final class ChildProcess {
    package let identifier: pid_t
    /// As `waitpid` gives it; nil until the end was seen.
    private var status: Int32?

    /// - Parameters:
    ///   - environment: added to this process's own.
    ///   - output: the file that takes its standard output; nil: none.
    ///   - errors: the file that takes its standard error.
    ///   - folder: where it starts; nil: in this process's own.
    /// - Throws: `POSIXError` where it cannot be started.
    package init(
        _ path: String, _ arguments: [String], environment: [String: String] = [:], output: String? = nil,
        errors: String? = nil, folder: String? = nil
    ) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        let writing = O_WRONLY | O_CREAT | O_APPEND
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_addopen(&actions, 1, output ?? "/dev/null", writing, 0o600)
        if let errors, errors == output {
            posix_spawn_file_actions_adddup2(&actions, 1, 2)
        } else {
            posix_spawn_file_actions_addopen(&actions, 2, errors ?? "/dev/null", writing, 0o600)
        }
        // Sockets of other tests would stay open in the child.
        for descriptor: Int32 in 3..<1024 { posix_spawn_file_actions_addclose(&actions, descriptor) }
        let variables = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        // `env` becomes the program, so that the identifier is the program's.
        let command = folder.map { ["/usr/bin/env", "--chdir=\($0)", path] } ?? [path]
        identifier = try Self.spawn(
            command[0], arguments: command + arguments, variables: variables.map { "\($0)=\($1)" }, &actions)
    }

    deinit {
        send(SIGKILL)
        wait()
    }

    package func send(_ signal: Int32) { if isRunning { kill(identifier, signal) } }

    package var isRunning: Bool {
        if status == nil { look(WNOHANG) }
        return status == nil
    }

    /// Waits for the end; the exit code, or 128 + the signal that ended it.
    @discardableResult
    package func wait() -> Int32 {
        if status == nil { look(0) }
        return code
    }

    /// The exit code as of ``wait()``; nil if it still runs after so many seconds.
    package func exitCode(within seconds: Double) -> Int32? {
        Pause.until(within: seconds) { !isRunning } ? code : nil
    }

    private var code: Int32 {
        let status = status ?? 0
        return status & 0x7F == 0 ? (status >> 8) & 0xFF : 128 + status & 0x7F
    }

    private func look(_ options: Int32) {
        var found: Int32 = 0
        var result: pid_t
        repeat { result = waitpid(identifier, &found, options) } while result < 0 && errno == EINTR
        if result == identifier { status = found }
    }

    /// Starts a program with no signal blocked or ignored.
    private static func spawn(
        _ path: String, arguments: [String], variables: [String],
        _ actions: inout posix_spawn_file_actions_t
    ) throws -> pid_t {
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        var all = sigset_t()
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
        let argumentPointers = arguments.map { strdup($0) } + [nil]
        let variablePointers = variables.map { strdup($0) } + [nil]
        defer { for pointer in argumentPointers + variablePointers { free(pointer) } }
        var identifier: pid_t = 0
        let fault = posix_spawn(&identifier, path, &actions, &attributes, argumentPointers, variablePointers)
        guard fault == 0 else { throw POSIXError(POSIXErrorCode(rawValue: fault) ?? .EIO) }
        return identifier
    }
}
