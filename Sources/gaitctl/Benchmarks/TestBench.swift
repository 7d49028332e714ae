import Foundation
import GaitModels
import Messaging
import Subprocess
import SystemPackage

/// A broker and daemons of the benchmark's own on a free loopback port, in a temporary folder.
struct TestBench {
    private let folder: URL
    private let daemon: String
    private let port: Int

    /// A daemon that runs.
    struct RunningDaemon {
        let identifier: pid_t
        /// When it was started, monotonic seconds.
        let launched: Double
    }

    /// - Parameters:
    ///   - model: the model to serve; nil for the default one.
    ///   - settings: further lines of the daemon's configuration.
    /// - Throws: `CommandFailure` naming what is missing; `ModelError` for a model that gaitd would refuse, because
    ///   gaitd's own message of it is not shown.
    init(model: String?, settings: String) throws {
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        daemon = own.deletingLastPathComponent().appendingPathComponent("gaitd").path
        guard FileManager.default.isExecutableFile(atPath: daemon) else {
            throw CommandFailure.failure("\(daemon) does not exist; build gaitd first (launch/build)")
        }
        guard FileManager.default.isExecutableFile(atPath: Self.broker) else {
            throw CommandFailure.failure("\(Self.broker) does not exist; install the package mosquitto")
        }
        let candidates =
            model.map { [$0] } ?? ["config/models/step-default.safetensors", InstalledModels.classifier]
        guard let found = candidates.first(where: FileManager.default.fileExists) else {
            throw CommandFailure.configuration(
                "\(model ?? "the default model") does not exist; name one with --model")
        }
        let served = URL(fileURLWithPath: found).standardizedFileURL.path
        _ = try EmotionClassifier(contentsOf: served)
        port = try FreePort.onLoopback()
        folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "gaitctl-bench-\(UUID().uuidString)")
        do {
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try "listener \(port) 127.0.0.1\nallow_anonymous true\npersistence false\nset_tcp_nodelay true\n"
                .write(to: brokerFile, atomically: true, encoding: .utf8)
            try """
            node:
              id: bench
            deployment:
              purpose: a benchmark of gaitd
              notice: simulated people only
            mqtt:
              host: 127.0.0.1
              port: \(port)
            model:
              path: \(served)
            \(settings)
            """
            .write(to: daemonFile, atomically: true, encoding: .utf8)
        } catch {
            remove()
            throw CommandFailure.failure("\(folder.path) cannot be written: \(error.localizedDescription)")
        }
    }

    private static let broker = "/usr/sbin/mosquitto"
    private var brokerFile: URL { folder.appendingPathComponent("mosquitto.conf") }
    private var daemonFile: URL { folder.appendingPathComponent("gaitd.yaml") }

    /// Removes the temporary folder.
    func remove() { try? FileManager.default.removeItem(at: folder) }

    /// Runs `body` beside the broker, which has ended when this returns.
    ///
    /// - Parameter body: given the broker's port and process identifier.
    func withBroker<Value: Sendable>(
        _ body: @escaping @Sendable (Int, pid_t) async throws -> Value
    ) async throws -> Value {
        // Catches the signals before there are children, which would outlive a program that a signal ended.
        try Interruption.check()
        return try await child(Self.broker, ["-c", brokerFile.path]) { try await body(port, $0) }
    }

    /// Runs `work` on its own thread with a daemon, which has ended when this returns.
    func withDaemon<Value: Sendable>(
        _ work: @escaping @Sendable (RunningDaemon) throws -> Value
    ) async throws -> Value {
        let launched = Arrival.monotonicSeconds()
        return try await child(daemon, ["--config", daemonFile.path]) { identifier in
            try await onThread { try work(RunningDaemon(identifier: identifier, launched: launched)) }
        }
    }

    private func child<Value: Sendable>(
        _ path: String, _ arguments: [String], _ body: @Sendable (pid_t) async throws -> Value
    ) async throws -> Value {
        let outcome = try await Subprocess.run(
            .path(FilePath(path)), arguments: .init(arguments), input: .none, output: .discarded,
            error: .discarded
        ) { execution in
            let identifier = execution.processIdentifier.value
            // Ended in any case: otherwise the wait for the child would have no end.
            defer { kill(identifier, SIGTERM) }
            return try await body(identifier)
        }
        return outcome.closureResult
    }

    /// Runs blocking work on its own thread.
    func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws
        -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try work() }) }.start()
        }
    }
}

/// A port without a listener.
enum FreePort {
    /// - Throws: `CommandFailure` if the system gives none.
    static func onLoopback() throws(CommandFailure) -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound else { throw .failure("no free port on the loopback interface") }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

/// What the kernel says about processes.
enum ProcessUsage {
    /// Whether a process has not ended, be it reaped or not: only a running one has a program.
    static func isRunning(_ process: pid_t) -> Bool {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/exe")) != nil
    }

    /// The kernel's high-water mark of a process's resident set, MB of 10^6 bytes; 0 of one that has ended.
    static func largestResidentMegabytes(of process: pid_t) -> Double {
        megabytes("VmHWM:", of: process)
    }

    /// A process's resident set now, MB of 10^6 bytes; 0 of one that has ended.
    static func residentMegabytes(of process: pid_t) -> Double { megabytes("VmRSS:", of: process) }

    /// How many files, sockets and pipes a process has open; 0 of one that has ended.
    static func descriptors(of process: pid_t) -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd"))?.count ?? 0
    }

    private static func megabytes(_ field: String, of process: pid_t) -> Double {
        let line = text("/proc/\(process)/status").split(separator: "\n").first { $0.hasPrefix(field) }
        let kilobytes = line?.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }.first ?? 0
        return kilobytes * 1024 / 1e6
    }

    /// The processor seconds that a process has used, all its threads together; 0 of one that has ended.
    static func processorSeconds(of process: pid_t) -> Double {
        // The program's name, in brackets, may hold anything.
        let fields = text("/proc/\(process)/stat").split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
            return 0
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The processor seconds that all processes have used since the system started.
    static func allProcessorSeconds() -> Double {
        let line = text("/proc/stat").split(separator: "\n").first ?? ""
        let ticks = line.split(separator: " ").dropFirst().compactMap { Double($0) }
        // user, nice, system, then idle and waiting, then interrupts.
        guard ticks.count > 6 else { return 0 }
        return (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
}
