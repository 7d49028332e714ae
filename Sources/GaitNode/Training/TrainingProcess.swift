import Foundation
import Messaging
import Synchronization

/// The child process that trains, in a process group of its own, at idle priority. For any thread.
///
/// Standard output and error come through one pipe; its input is empty. Spawned by `posix_spawn` on a thread that then waits for
/// the end: Foundation's `Process` would hand blocked signals on.
final class TrainingProcess: Sendable {
    /// How a process ended.
    enum Ending: Equatable {
        case status(Int32)
        case signal(Int32)
        /// It could not be started, with the system's `errno`.
        case notStarted(Int32)
    }

    private struct State {
        var identifier: pid_t?
        var ending: Ending?
    }

    /// What the child writes; read without waiting. -1 where there is no pipe.
    let output: Int32
    private let state = Mutex(State())
    private let group: TrainingCgroup?
    private let changed: WakeSignal

    /// Starts a program.
    ///
    /// - Parameters:
    ///   - environment: `name=value`, all there is.
    ///   - group: Where the process is put; nil to leave it in ours.
    ///   - changed: Raised when the process was started, and when it has ended.
    init(
        _ program: String, _ arguments: [String], environment: [String], group: TrainingCgroup? = nil,
        changed: WakeSignal
    ) {
        (self.group, self.changed) = (group, changed)
        var ends: [Int32] = [-1, -1]
        let isPiped = pipe(&ends) == 0
        let fault = errno
        output = ends[0]
        guard isPiped else {
            state.withLock { $0.ending = .notStarted(fault) }
            changed.raise()
            return
        }
        for descriptor in ends { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(output, F_SETFL, O_NONBLOCK)
        let written = ends[1]
        let thread = Thread { [self] in
            IdlePriority.takeByThisThread()
            let (fault, identifier) = Self.spawn(program, arguments, environment, output: written)
            close(written)
            guard fault == 0 else { return end(.notStarted(fault)) }
            group?.take(identifier)
            state.withLock { $0.identifier = identifier }
            changed.raise()
            waitForEnd(of: identifier)
        }
        thread.name = "training"
        thread.start()
    }

    deinit {
        if output >= 0 { close(output) }
    }

    /// The process's number; nil before it was started.
    var identifier: pid_t? { state.withLock { $0.identifier } }

    /// How it ended; nil while it runs. Nothing of its group is left then.
    var ending: Ending? { state.withLock { $0.ending } }

    /// Sends a signal that is to end it to the whole group, which is idle no more.
    func send(_ signal: Int32) {
        // Under the lock, so that the number is still this process's.
        state.withLock { state in
            guard let identifier = state.identifier, state.ending == nil else { return }
            group?.setIdle(false)
            IdlePriority.end(ofGroup: identifier)
            kill(-identifier, signal)
        }
    }

    private func waitForEnd(of identifier: pid_t) {
        var information = siginfo_t()
        // Left as a zombie first: its number, which is the group's, is not given again meanwhile.
        while waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        kill(-identifier, SIGKILL)
        state.withLock { state in
            var status: Int32 = 0
            while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
            state.ending = status & 0x7F == 0 ? .status((status >> 8) & 0xFF) : .signal(status & 0x7F)
        }
        changed.raise()
    }

    private func end(_ ending: Ending) {
        state.withLock { $0.ending = ending }
        changed.raise()
    }

    /// Above every open file, with a reserve for those that other threads open meanwhile.
    private static var descriptorLimit: Int32 {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return max(names.compactMap { Int32($0) }.max() ?? 0, 960) + 64
    }

    /// Starts a program with no signal blocked or ignored, and with no file but its input and output.
    private static func spawn(
        _ program: String, _ arguments: [String], _ environment: [String], output: Int32
    ) -> (fault: Int32, identifier: pid_t) {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, output, 2)
        for descriptor in 3..<descriptorLimit { posix_spawn_file_actions_addclose(&actions, descriptor) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var (none, all) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        sigfillset(&all)
        posix_spawnattr_setsigmask(&attributes, &none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP
        posix_spawnattr_setflags(&attributes, Int16(flags))
        let words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
        let variables: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        var identifier: pid_t = 0
        let fault = posix_spawn(&identifier, program, &actions, &attributes, words, variables)
        return (fault, fault == 0 ? identifier : 0)
    }
}

extension TrainingProcess.Ending {
    /// What is said of an end that brought no result.
    var explanation: String {
        switch self {
        case .status(let status): "it ended with status \(status)"
        case .signal(let signal): "it was ended by signal \(signal)"
        case .notStarted(let code): "it could not be started: \(String(cString: strerror(code)))"
        }
    }
}
