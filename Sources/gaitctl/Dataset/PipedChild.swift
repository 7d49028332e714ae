import Foundation

/// A program whose output is read from a pipe, under a deadline. Killed with the last reference to it.
///
/// Its standard input is a pipe that nobody writes to: it ends when this process ends, which tells a program that
/// looks. Spawned directly, since whoever waits here may be on any thread, in or outside an asynchronous task.
final class PipedChild {
    /// Why no more bytes came.
    enum Fault: Error {
        /// The child closed its output, most likely by ending.
        case ended
        case late
        /// Ctrl-C, caught by this process.
        case interrupted
    }

    /// How it ended.
    enum Ending: Equatable {
        case status(Int32)
        case signal(Int32)
    }

    private let identifier: pid_t
    private let output: Int32
    private let lifeline: Int32
    private var ending: Ending?

    /// - Throws: `CommandFailure.failure` where the program cannot be started.
    init(_ program: String, _ arguments: [String]) throws(CommandFailure) {
        var input: [Int32] = [-1, -1]
        var result: [Int32] = [-1, -1]
        guard pipe(&input) == 0, pipe(&result) == 0 else {
            let reason = String(cString: strerror(errno))
            for descriptor in input + result where descriptor >= 0 { close(descriptor) }
            throw .failure("no pipe to \(program): \(reason)")
        }
        for descriptor in input + result { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        (lifeline, output) = (input[1], result[0])
        let (fault, identifier) = Self.spawn(program, arguments, input: input[0], output: result[1])
        self.identifier = identifier
        close(input[0])
        close(result[1])
        guard fault == 0 else {
            close(lifeline)
            close(output)
            ending = .status(-1)
            throw .failure("\(program) cannot be started: \(String(cString: strerror(fault)))")
        }
    }

    deinit {
        guard identifier > 0 else { return }
        close(lifeline)
        close(output)
        if ending == nil {
            kill(identifier, SIGKILL)
            _ = wait()
        }
    }

    /// Fills all of the buffer with what the child writes.
    ///
    /// - Parameter deadline: by the system's uptime in seconds.
    /// - Throws: `Fault`.
    func fill(_ buffer: UnsafeMutableRawBufferPointer, until deadline: Double) throws {
        var filled = 0
        while filled < buffer.count {
            guard !Interruption.hasArrived else { throw Fault.interrupted }
            let left = deadline - ProcessInfo.processInfo.systemUptime
            guard left > 0 else { throw Fault.late }
            var event = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
            guard poll(&event, 1, Int32(min(left, 0.1) * 1000) + 1) > 0 else { continue }
            let count = read(output, buffer.baseAddress?.advanced(by: filled), buffer.count - filled)
            if count == 0 { throw Fault.ended }
            if count > 0 { filled += count }
        }
    }

    /// Waits for the end, which the child has reached or is told to reach.
    func wait() -> Ending {
        if let ending { return ending }
        var status: Int32 = 0
        var found: pid_t
        repeat { found = waitpid(identifier, &status, 0) } while found < 0 && errno == EINTR
        let ending = status & 0x7F == 0 ? Ending.status((status >> 8) & 0xFF) : .signal(status & 0x7F)
        self.ending = ending
        return ending
    }

    /// Starts a program with no signal blocked or ignored, and with no file but its input and output.
    private static func spawn(
        _ program: String, _ arguments: [String], input: Int32, output: Int32
    ) -> (fault: Int32, identifier: pid_t) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_adddup2(&actions, input, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
        for descriptor: Int32 in 3..<1024 { posix_spawn_file_actions_addclose(&actions, descriptor) }
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
        // What a crash would have printed nobody reads, and OpenBLAS's threads have nothing to do.
        let variables = ProcessInfo.processInfo.environment
            .merging(["SWIFT_BACKTRACE": "enable=no", "OPENBLAS_NUM_THREADS": "1"]) { $1 }
        let argumentPointers = ([program] + arguments).map { strdup($0) } + [nil]
        let variablePointers = variables.map { strdup("\($0)=\($1)") } + [nil]
        defer { for pointer in argumentPointers + variablePointers { free(pointer) } }
        var identifier: pid_t = 0
        let fault = posix_spawn(
            &identifier, program, &actions, &attributes, argumentPointers, variablePointers)
        return (fault, fault == 0 ? identifier : 0)
    }
}
