import Foundation
import GaitModels
import Messaging
import Subprocess
import SystemPackage

/// A broker of the benchmark's own on a free loopback port, and a fresh daemon for every number of people.
struct LoadBench: Sendable {
    /// The largest number of people, so that twice as many stay below `pipeline.max_people`.
    static let most = 512
    /// `pipeline.classify_every` of the benchmark's daemon, seconds.
    static let classifyEvery = 0.5
    /// Seconds for which a number of people is tried.
    private static let probe = 5.0

    private let daemon: String
    private let daemonFile: String
    private let port: Int
    private let broker: pid_t
    private let topics: Topics
    private let crowd: LoadCrowd

    /// Runs `body` with a private broker; all processes have ended when this returns.
    ///
    /// - Parameters:
    ///   - model: the model to serve; nil for the default one.
    ///   - settings: further lines of the daemon's configuration.
    /// - Throws: `CommandFailure` naming what is missing; `ModelError` for a model that gaitd would refuse, because
    ///   gaitd's own message of it is not shown.
    static func run<Value: Sendable>(
        model: String?, settings: String = "", crowd: LoadCrowd,
        _ body: @escaping @Sendable (LoadBench) async throws -> Value
    ) async throws -> Value {
        let own = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
        let daemon = own.deletingLastPathComponent().appendingPathComponent("gaitd").path
        let mosquitto = "/usr/sbin/mosquitto"
        for (program, advice) in [
            (daemon, "build gaitd first (launch/build)"), (mosquitto, "install the package mosquitto"),
        ] where !FileManager.default.isExecutableFile(atPath: program) {
            throw CommandFailure.failure("\(program) does not exist; \(advice)")
        }
        let candidates =
            model.map { [$0] } ?? ["config/models/step-default.safetensors", InstalledModels.classifier]
        guard let found = candidates.first(where: FileManager.default.fileExists) else {
            throw CommandFailure.configuration(
                "\(model ?? "the default model") does not exist; name one with --model")
        }
        let served = URL(fileURLWithPath: found).standardizedFileURL.path
        _ = try EmotionClassifier(contentsOf: served)
        let lifter =
            LiftingOptions.defaultPath.map {
                "lifter: \(URL(fileURLWithPath: $0).standardizedFileURL.path)"
            } ?? ""
        let port = try freePort()
        let topics = try Topics(node: "bench")
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
            "gaitctl-bench-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try? FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let brokerFile = folder.appendingPathComponent("mosquitto.conf").path
        let daemonFile = folder.appendingPathComponent("gaitd.yaml").path
        let listener =
            "listener \(port) 127.0.0.1\nallow_anonymous true\npersistence false\nset_tcp_nodelay true\n"
        try writeFile(Data(listener.utf8), to: brokerFile)
        let configuration = """
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
              \(lifter)
            health:
              interval: 0.5
            pipeline:
              max_people: \(2 * most)
              classify_every: \(classifyEvery)
            \(settings)
            """
        try writeFile(Data(configuration.utf8), to: daemonFile)
        // Catches the signals before there are children, which would outlive a program that a signal ended.
        try Interruption.check()
        return try await child(mosquitto, ["-c", brokerFile]) { broker in
            try await body(
                LoadBench(
                    daemon: daemon, daemonFile: daemonFile, port: port, broker: broker, topics: topics,
                    crowd: crowd))
        }
    }

    /// Runs `work` on its own thread with a freshly started daemon, which has ended when this returns.
    func withDaemon<Value: Sendable>(
        _ work: @escaping @Sendable (LoadMeasurement) throws -> Value
    ) async throws -> Value {
        let connection = try await Self.onThread { try LoadClient.connect(port: port, topics: topics) }
        let launched = Arrival.monotonicSeconds()
        return try await Self.child(daemon, ["--config", daemonFile]) { process in
            try await Self.onThread {
                let client = LoadClient(connection, topics: topics, crowd: crowd)
                return try work(
                    LoadMeasurement(
                        client: client, daemon: process, launched: launched, broker: broker, crowd: crowd))
            }
        }
    }

    private static func child<Value: Sendable>(
        _ path: String, _ arguments: [String], _ body: @Sendable (pid_t) async throws -> Value
    ) async throws -> Value {
        try await Subprocess.run(
            .path(FilePath(path)), arguments: .init(arguments), input: .none, output: .discarded,
            error: .discarded
        ) { execution in
            let identifier = execution.processIdentifier.value
            // Ended in any case: otherwise the wait for the child would have no end.
            defer { kill(identifier, SIGTERM) }
            return try await body(identifier)
        }.closureResult
    }

    /// Runs blocking work on its own thread.
    private static func onThread<Value: Sendable>(
        _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread { continuation.resume(with: Result { try work() }) }.start()
        }
    }

    /// Measures one number of people, see ``LoadMeasurement/measure(people:seconds:warmUp:stops:)``.
    func measure(
        people: Int, seconds: Double, warmUp: Double = LoadMeasurement.warmUp, stops: Bool
    ) async throws -> LoadMetrics {
        try await withDaemon {
            try $0.measure(people: people, seconds: seconds, warmUp: warmUp, stops: stops)
        }
    }

    /// The largest number of people that gaitd carries, found by short probes: doubling, then halving the interval.
    ///
    /// - Parameter tell: called with the metrics of each probe.
    func largestCarried(_ tell: (LoadMetrics) -> Void) async throws -> Int {
        try await Self.search(limit: Self.most) { people in
            let metrics = try await measure(people: people, seconds: Self.probe, stops: false)
            tell(metrics)
            return metrics.sustained
        }
    }

    /// The largest number that is sustained, within a twentieth; 0 if none is.
    ///
    /// - Parameters:
    ///   - first: the number to try first.
    ///   - limit: the largest number to try.
    ///   - isSustained: tries a number.
    static func search(
        from first: Int = 64, limit: Int, _ isSustained: (Int) async throws -> Bool
    ) async rethrows -> Int {
        var (sustained, candidate, refused) = (0, min(first, limit), limit + 1)
        while refused - sustained > max(sustained / 20, 1) {
            if try await isSustained(candidate) { sustained = candidate } else { refused = candidate }
            candidate = refused > limit ? min(max(sustained, 1) * 2, limit) : (sustained + refused) / 2
            if sustained == limit { break }
        }
        return sustained
    }

    /// A port of the loopback interface without a listener.
    /// - Throws: `CommandFailure` if the system gives none.
    private static func freePort() throws(CommandFailure) -> Int {
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
