import Foundation
import Synchronization

/// A real `mosquitto` of its own on a free loopback port, for one test. It keeps nothing on disk, so that a
/// restart forgets everything; it ends with this object.
package final class TestBroker {
    package enum Failure: Error {
        case noFreePort
        case notAnswering(port: Int)
        case command(String)
    }

    package static let executable = "/usr/sbin/mosquitto"
    /// Whether a broker can be started here.
    package static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: executable) }

    package let port: Int
    private let folder: TemporaryFolder
    private var process: ChildProcess?

    /// - Parameters:
    ///   - port: a given port, to start a broker late; a free one otherwise.
    ///   - users: names and passwords; empty: everybody may come in.
    ///   - settings: more lines for mosquitto.conf, such as further listeners.
    ///   - started: false to have the port and start the broker later.
    package init(
        port: Int? = nil, users: [String: String] = [:], settings: [String] = [], started: Bool = true
    ) throws {
        self.port = try port ?? Self.freePort()
        folder = try TemporaryFolder()
        // As root mosquitto would become another user, who may not read the folder.
        var lines = ["per_listener_settings true"] + (geteuid() == 0 ? ["user root"] : [])
        lines += ["log_dest none", "listener \(self.port) 127.0.0.1"]
        if users.isEmpty {
            lines.append("allow_anonymous true")
        } else {
            lines += ["allow_anonymous false", "password_file \(try Self.passwords(users, in: folder))"]
        }
        try folder.write("mosquitto.conf", (lines + settings).joined(separator: "\n") + "\n")
        if started { try start() }
    }

    /// A broker with a configuration of one's own, which listens on the port.
    ///
    /// - Parameter configuration: all of mosquitto.conf.
    package init(port: Int, configuration: String) throws {
        self.port = port
        folder = try TemporaryFolder()
        let user = geteuid() == 0 ? "user root\n" : ""
        try folder.write("mosquitto.conf", configuration + "\n" + user)
        try start()
    }

    /// Returns when the broker accepts connections.
    package func start() throws {
        let process = try ChildProcess(Self.executable, ["-c", folder.path("mosquitto.conf")])
        self.process = process
        let port = port
        guard Pause.until(within: 20, { LoopbackSocket.canConnect(to: port) || !process.isRunning }),
            process.isRunning
        else { throw Failure.notAnswering(port: port) }
    }

    /// Ends the broker as the system would: it says goodbye to its clients.
    package func stop() { end(SIGTERM) }

    /// Ends the broker at once.
    package func kill() { end(SIGKILL) }

    /// Stops answering without closing any connection, as a broker behind a dead network does.
    package func hang() { process?.send(SIGSTOP) }

    /// Answers again after ``hang()``.
    package func resume() { process?.send(SIGCONT) }

    /// Writes a file of names and passwords as mosquitto has them, and returns its path.
    package static func passwords(_ users: [String: String], in folder: TemporaryFolder) throws -> String {
        let path = try folder.write("passwords", "")
        for (name, password) in users {
            let command = "/usr/bin/mosquitto_passwd"
            guard try ChildProcess(command, ["-b", path, name, password]).wait() == 0 else {
                throw Failure.command(command)
            }
        }
        return path
    }

    /// A port without a listener, which is given once only: neither to another test of this process nor, as
    /// it lies below the system's ephemeral ports, to a connection that a client opens meanwhile.
    package static func freePort() throws -> Int {
        for _ in ports {
            let number = ports.lowerBound + nextPort.add(1, ordering: .relaxed).oldValue % ports.count
            if LoopbackSocket.listening(on: number) != nil { return number }
        }
        throw Failure.noFreePort
    }

    private static let ports = 10_240..<32_000
    /// Begins elsewhere in every process, since several may run at once.
    private static let nextPort = Atomic(Int(getpid()) * 997)

    private func end(_ signal: Int32) {
        process?.send(signal)
        process?.wait()
        process = nil
    }
}

/// Runs a test with a broker of its own, which ends with the test.
@discardableResult
package func withBroker<Value>(
    users: [String: String] = [:], settings: [String] = [], started: Bool = true,
    _ test: (TestBroker) throws -> Value
) throws -> Value {
    let broker = try TestBroker(users: users, settings: settings, started: started)
    defer { broker.kill() }
    return try test(broker)
}

/// Runs a test with a broker of its own, which ends with the test.
@discardableResult
package func withBroker<Value>(
    users: [String: String] = [:], settings: [String] = [], started: Bool = true,
    _ test: (TestBroker) async throws -> Value
) async throws -> Value {
    let broker = try TestBroker(users: users, settings: settings, started: started)
    defer { broker.kill() }
    return try await test(broker)
}

/// Runs a test with a broker of its own and a client that hears everything there.
@discardableResult
package func withBroker<Value>(
    settings: [String] = [], _ test: (TestBroker, TestClient) async throws -> Value
) async throws -> Value {
    try await withBroker(settings: settings) { broker in
        try await withClient(port: broker.port) { client in try await test(broker, client) }
    }
}
