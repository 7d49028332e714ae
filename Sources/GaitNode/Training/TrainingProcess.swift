import Foundation
import Gait
import Messaging
import Synchronization

/// The child process that trains, in its own process group, at idle priority. For any thread.
///
/// Standard output and error share one pipe; standard input is empty. `posix_spawn` and not swift-subprocess, which on
/// Linux can neither start a process at another priority nor kill its group before the group's number is free again.
/// See <doc:GaitNode>.
final class TrainingProcess: Sendable {
    /// How a process ended.
    enum Status: Equatable, CustomStringConvertible {
        case exited(Int32)
        case killed(by: Int32)
        /// It could not start, with the system's `errno`.
        case notStarted(Int32)

        var description: String {
            switch self {
            case .exited(let status): "it ended with status \(status)"
            case .killed(let signal): "it was ended by signal \(signal)"
            case .notStarted(let code): "it could not be started: \(String(cString: strerror(code)))"
            }
        }
    }

    private struct State {
        var identifier: pid_t?
        var status: Status?
        /// A signal for a process that has not started yet.
        var pendingSignal: Int32?
    }

    /// The child's output, nonblocking. -1 if there is no pipe.
    let output: Int32
    private let state = Mutex(State())
    private let group: TrainingCgroup?
    private let changed: WakeSignal

    /// Starts a program, on a thread that then waits for its end. If the system has no thread to give, the process never
    /// starts, and nothing tells of it.
    ///
    /// - Parameters:
    ///   - group: The control group to put it into; nil to leave it in gaitd's.
    ///   - changed: Raised when the process has started, and when it has ended.
    ///   - begin: Starts the thread.
    init(
        _ command: TrainingCommand, group: TrainingCgroup? = nil, changed: WakeSignal,
        begin: (Thread) -> Void = { $0.start() }
    ) {
        (self.group, self.changed) = (group, changed)
        var ends: [Int32] = [-1, -1]
        let pipeFault = pipe(&ends) == 0 ? 0 : errno
        output = ends[0]
        guard pipeFault == 0 else {
            end(.notStarted(pipeFault))
            return
        }
        for descriptor in ends { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        _ = fcntl(output, F_SETFL, O_NONBLOCK)
        let input = ends[1]
        let thread = Thread { [self] in
            // Before it is started at all.
            if state.withLock({ $0.pendingSignal != nil }) {
                close(input)
                return end(.notStarted(ECANCELED))
            }
            IdlePriority.takeByThisThread()
            var identifier: pid_t = 0
            let fault = Self.spawn(command, output: input, &identifier)
            close(input)
            guard fault == 0 else { return end(.notStarted(fault)) }
            group?.take(identifier)
            let pending = state.withLock { state in
                state.identifier = identifier
                return state.pendingSignal
            }
            changed.raise()
            if let pending { send(pending) }
            waitForEnd(of: identifier)
        }
        thread.name = "training"
        begin(thread)
    }

    deinit {
        if output >= 0 { close(output) }
    }

    /// The process's number; nil before it has started.
    var identifier: pid_t? { state.withLock { $0.identifier } }

    /// How it ended; nil while it runs. Then nothing of its group is left.
    var status: Status? { state.withLock { $0.status } }

    /// Sends the whole group a signal that should end it, at normal priority from now on.
    func send(_ signal: Int32) {
        // Under the lock, so that the number still belongs to this process.
        state.withLock { state in
            guard state.status == nil else { return }
            guard let identifier = state.identifier else {
                state.pendingSignal = signal
                return
            }
            group?.setIdle(false)
            IdlePriority.end(ofGroup: identifier)
            kill(-identifier, signal)
        }
    }

    private func waitForEnd(of identifier: pid_t) {
        var information = siginfo_t()
        // Left as a zombie first, so that its number, which is the group's, is not reused yet.
        while waitid(P_PID, id_t(identifier), &information, WEXITED | WNOWAIT) < 0, errno == EINTR {}
        kill(-identifier, SIGKILL)
        var status: Int32 = 0
        state.withLock { state in
            while waitpid(identifier, &status, 0) < 0, errno == EINTR {}
            state.status = status & 0x7F == 0 ? .exited((status >> 8) & 0xFF) : .killed(by: status & 0x7F)
        }
        changed.raise()
    }

    private func end(_ status: Status) {
        state.withLock { $0.status = status }
        changed.raise()
    }

    /// Above every open file, with a reserve for those that other threads open in the meantime.
    private static var descriptorLimit: Int32 {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return max(names.compactMap { Int32($0) }.max() ?? 0, 960) + 64
    }

    /// Starts a program with no signal blocked or ignored, and no open file besides input and output.
    private static func spawn(_ command: TrainingCommand, output: Int32, _ identifier: inout pid_t) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        for standard: Int32 in [1, 2] { posix_spawn_file_actions_adddup2(&actions, output, standard) }
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
        let words = ([command.program] + command.arguments).map { strdup($0) } + [nil]
        let variables = command.environment.map { strdup($0) } + [nil]
        defer { for pointer in words + variables { free(pointer) } }
        return posix_spawn(&identifier, command.program, &actions, &attributes, words, variables)
    }
}

/// The program that trains, its arguments and environment.
struct TrainingCommand {
    let program: String
    let arguments: [String]
    /// The complete environment, as `name=value`.
    let environment: [String]

    /// - Parameters:
    ///   - store: The path of the gait store.
    ///   - registry: The folder of the models.
    init(
        job: Int64, request: RetrainingRequest, store: String, registry: String,
        configuration: NodeConfiguration
    ) {
        var settings = configuration.retrain.training
        (settings.request, settings.seed) = (request, UInt64(job))
        program = configuration.retrain.program ?? Self.besideThisProgram
        arguments =
            [
                "retrain", "--store", store, "--registry", registry, "--job", "\(job)", "--packaged",
                configuration.modelPath, "--packaged-generator", configuration.modelGenerator,
                "--json-progress",
            ] + Self.lifter(configuration.modelLifter) + settings.arguments
        // The daemon's socket and configuration are not for the child.
        let kept = ["PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "TZ", "LD_LIBRARY_PATH", "OPENBLAS_CORETYPE"]
        let variables = ProcessInfo.processInfo.environment.filter { kept.contains($0.key) }
            .merging(["SWIFT_BACKTRACE": "enable=no", "OPENBLAS_NUM_THREADS": "\(settings.threads)"]) { $1 }
        environment = variables.map { "\($0.key)=\($0.value)" }.sorted()
    }

    /// A node without a lifter trains on the gaits as they were stored.
    private static func lifter(_ path: String) -> [String] {
        ["--lifter", FileManager.default.fileExists(atPath: path) ? path : ""]
    }

    /// The gaitctl in the folder of this program.
    private static var besideThisProgram: String {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "gaitctl").path(percentEncoded: false)
    }

    /// Whether a running process belongs to a job: the system may have reused its number.
    static func isRun(by process: pid_t, job: Int64, store: String) -> Bool {
        guard let data = FileManager.default.contents(atPath: "/proc/\(process)/cmdline") else {
            return false
        }
        let words = data.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        // A store never reuses a job's number.
        return zip(words, words.dropFirst()).contains { $0 == ("--job", "\(job)") } && words.contains(store)
    }
}
