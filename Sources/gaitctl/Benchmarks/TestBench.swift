import Foundation
import GaitModels
import Messaging
import Subprocess
import SystemPackage

/// A broker and a daemon of their own on a free loopback port, in a temporary folder.
struct TestBench {
    private let folder: URL
    private let daemon: String
    /// The model that is served.
    let model: String
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
    /// - Throws: `CommandFailure` naming what is missing, `ModelError` for a model that gaitd would refuse too, but
    ///   where nobody reads why.
    init(model: String?, settings: String = "health:\n  interval: 1\n") throws {
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        daemon = own.deletingLastPathComponent().appendingPathComponent("gaitd").path
        guard FileManager.default.isExecutableFile(atPath: daemon) else {
            throw CommandFailure.failure("\(daemon) is not there; build gaitd first (launch/build)")
        }
        guard FileManager.default.isExecutableFile(atPath: Self.broker) else {
            throw CommandFailure.failure("\(Self.broker) is not there; install the package mosquitto")
        }
        let candidates = [
            model, "config/models/step-default.safetensors", InstalledModels.classifier,
        ]
        let found = candidates.compactMap(\.self).first {
            model != nil || FileManager.default.fileExists(atPath: $0)
        }
        guard let found, FileManager.default.fileExists(atPath: found) else {
            throw CommandFailure.configuration(
                "\(model ?? "the default model") is not there; name one with --model")
        }
        self.model = URL(fileURLWithPath: found).standardizedFileURL.path
        _ = try EmotionClassifier(contentsOf: self.model)
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
              path: \(self.model)
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

    /// Runs `work` on a thread of its own beside broker and daemon; both have ended when this returns.
    ///
    /// - Parameter work: given the broker's port and the daemon's process identifier.
    func run<Value: Sendable>(_ work: @escaping @Sendable (Int, pid_t) throws -> Value) async throws -> Value
    {
        try await withBroker { port, _ in
            try await withDaemon { try work(port, $0.identifier) }
        }
    }

    /// Runs `body` beside the broker, which has ended when this returns.
    ///
    /// - Parameter body: given the broker's port and process identifier.
    func withBroker<Value: Sendable>(
        _ body: @escaping @Sendable (Int, pid_t) async throws -> Value
    ) async throws -> Value {
        // Catches the signals before there are children, who would outlive a program that they ended.
        try Interruption.check()
        return try await child(Self.broker, ["-c", brokerFile.path]) { try await body(port, $0) }
    }

    /// Runs `work` on a thread of its own beside a daemon, which has ended when this returns.
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
            // Ended in any case: a child that is not told to would be waited for without end.
            defer { kill(identifier, SIGTERM) }
            return try await body(identifier)
        }
        return outcome.closureResult
    }

    /// Runs what blocks on a thread of its own.
    func onThread<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws
        -> Value
    {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try work() }) }.start()
        }
    }
}

/// A port on which nobody listens at the moment.
enum FreePort {
    /// - Throws: `CommandFailure` where the system gives none.
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
