import Datasets
import Foundation
import Synchronization

/// Reads the folders of data sets. libhdf5 crashes or hangs on a few malformed files; then the program ends with one line
/// that names the file.
enum DatasetReader {
    /// The folder as a data set.
    ///
    /// - Throws: `CommandFailure.failure` that names the file, the gait and the fault.
    static func dataset(in folder: String) throws(CommandFailure) -> GaitDataset {
        try read(folder) { (opening) throws(DatasetError) in
            try GaitDataset(contentsOf: folder, opening: opening)
        }
    }

    /// Everything readable in the folder.
    ///
    /// - Throws: as `dataset(in:)`.
    static func survey(of folder: String) throws(CommandFailure) -> DatasetSurvey {
        try read(folder) { (opening) throws(DatasetError) in
            try DatasetSurvey(of: folder, opening: opening)
        }
    }

    private static func read<Value>(
        _ folder: String, _ body: ((String) -> Void) throws(DatasetError) -> Value
    ) throws(CommandFailure) -> Value {
        do {
            // Tests read in their own process, whose signals are not ours.
            guard Interruption.isArmed.load(ordering: .relaxed) else { return try body { _ in } }
            let crashGuard = CrashGuard(folder)
            return try body(crashGuard.announce)
        } catch { throw .failure(error.description) }
    }
}

/// Until it is freed, a crash, a hang or an interruption ends the program with one line on stderr and exit status 1, and
/// neither time nor memory exceeds what the folder's files can justify. Only one may exist at a time.
private final class CrashGuard {
    /// The time limit for small files, the bytes that justify another second, and the limit for large files.
    private static let baseSeconds = 60.0
    private static let bytesPerSecond = 5e6
    private static let mostSeconds = 600.0
    /// The address space beyond the program's own, and for each byte of a file, since compressed data expands.
    private static let baseBytes = 1 << 30
    private static let bytesPerByte = 8

    /// The line for each kind of signal: the address of a C string. A signal handler may neither lock nor allocate.
    private static let crashLine = Atomic<UInt>(0)
    private static let lateLine = Atomic<UInt>(0)
    private static let interruptedLine = Atomic<UInt>(0)
    /// The program's stderr, while libhdf5 and the allocator write theirs to /dev/null.
    private static let errors = Atomic<Int32>(STDERR_FILENO)

    private static let signals = [
        SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGTRAP, SIGALRM, SIGINT, SIGTERM,
    ]

    private let seconds: Double
    private var actions: [(signal: Int32, previous: sigaction)] = []
    private var memory = rlimit()
    private var stack = stack_t()
    private let stackBytes = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 16, alignment: 16)

    init(_ folder: String) {
        let bytes = Self.bytes(of: folder)
        seconds = min(Self.baseSeconds + Double(bytes) / Self.bytesPerSecond, Self.mostSeconds).rounded(.up)
        Self.interruptedLine.store(Self.line("interrupted"), ordering: .relaxed)
        announce(folder)
        let null = open("/dev/null", O_WRONLY | O_CLOEXEC)
        Self.errors.store(fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3), ordering: .relaxed)
        dup2(null, STDERR_FILENO)
        close(null)
        limitMemory(bytes)
        // A crash may be an overflow of the stack, which leaves the handler none.
        var own = stack_t(ss_sp: stackBytes.baseAddress, ss_flags: 0, ss_size: stackBytes.count)
        sigaltstack(&own, &stack)
        var action = sigaction()
        action.sa_flags = SA_ONSTACK
        action.__sigaction_handler.sa_handler = { signal in
            let line =
                switch signal {
                case SIGINT, SIGTERM: CrashGuard.interruptedLine.load(ordering: .relaxed)
                case SIGALRM: CrashGuard.lateLine.load(ordering: .relaxed)
                default: CrashGuard.crashLine.load(ordering: .relaxed)
                }
            if let text = UnsafePointer<CChar>(bitPattern: line) {
                _ = write(CrashGuard.errors.load(ordering: .relaxed), text, strlen(text))
            }
            _exit(EXIT_FAILURE)
        }
        for signal in Self.signals {
            var previous = sigaction()
            sigaction(signal, &action, &previous)
            actions.append((signal, previous))
        }
        alarm(UInt32(seconds))
    }

    deinit {
        alarm(0)
        for var action in actions { sigaction(action.signal, &action.previous, nil) }
        sigaltstack(&stack, nil)
        stackBytes.deallocate()
        setrlimit(__rlimit_resource_t(UInt32(RLIMIT_AS.rawValue)), &memory)
        let errors = Self.errors.exchange(STDERR_FILENO, ordering: .relaxed)
        dup2(errors, STDERR_FILENO)
        close(errors)
    }

    /// Prepares the lines for the file at a path, which libhdf5 opens next.
    func announce(_ path: String) {
        let hint = "the file is damaged, or not an HDF5 file; write it again from its source"
        Self.crashLine.store(
            Self.line("\(path): libhdf5 crashed while reading it; \(hint)"), ordering: .relaxed)
        Self.lateLine.store(
            Self.line("\(path): was not read within \(Int(seconds)) s; \(hint)"), ordering: .relaxed)
    }

    /// A line of the program as a C string; never freed, because a signal may arrive at any time.
    private static func line(_ text: String) -> UInt {
        UInt(bitPattern: strdup("gaitctl: \(CommandFailure.failure(text).oneLine)\n"))
    }

    private func limitMemory(_ bytes: Int) {
        let resource = __rlimit_resource_t(UInt32(RLIMIT_AS.rawValue))
        getrlimit(resource, &memory)
        let pages =
            (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?
            .split(separator: " ").first.flatMap { Int($0) } ?? 0
        let most = pages * Int(getpagesize()) + Self.baseBytes + Self.bytesPerByte * bytes
        var limit = rlimit(rlim_cur: min(rlim_t(most), memory.rlim_max), rlim_max: memory.rlim_max)
        setrlimit(resource, &limit)
    }

    /// The total size of the folder's files.
    private static func bytes(of folder: String) -> Int {
        let files = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return files.reduce(0) { sum, file in
            let found = try? FileManager.default.attributesOfItem(atPath: "\(folder)/\(file)")
            return min(sum + (found?[.size] as? Int ?? 0), 1 << 40)
        }
    }
}
