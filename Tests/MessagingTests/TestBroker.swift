import Foundation

/// A real `mosquitto` of its own on a free loopback port, for one test. It keeps nothing on disk, so that a
/// restart forgets everything; it ends with this object.
final class TestBroker {
    enum Failure: Error {
        case noFreePort
        case notAnswering(port: Int)
        case command(String)
    }

    static let executable = "/usr/sbin/mosquitto"
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: executable) }

    let port: Int
    private let folder: URL
    private var process: ChildProcess?

    /// - Parameters:
    ///   - users: names and passwords; empty: everybody may come in.
    ///   - settings: more lines for mosquitto.conf.
    ///   - started: false to have the port and start the broker later.
    init(users: [String: String] = [:], settings: [String] = [], started: Bool = true) throws {
        port = try Self.freePort()
        folder = FileManager.default.temporaryDirectory.appending(path: "broker-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        var lines = ["listener \(port) 127.0.0.1", "persistence false", "log_dest none"] + settings
        // As root mosquitto would become another user, who may not read the folder.
        if geteuid() == 0 { lines.append("user root") }
        if users.isEmpty {
            lines.append("allow_anonymous true")
        } else {
            let passwords = folder.appending(path: "passwords").path
            try Data().write(to: URL(filePath: passwords))
            for (name, password) in users {
                let command = "/usr/bin/mosquitto_passwd"
                guard ChildProcess(command, ["-b", passwords, name, password])?.wait() == 0 else {
                    throw Failure.command(command)
                }
            }
            lines += ["allow_anonymous false", "password_file \(passwords)"]
        }
        try Data(lines.joined(separator: "\n").utf8).write(to: folder.appending(path: "mosquitto.conf"))
        if started { try start() }
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: folder)
    }

    /// Returns when the broker accepts connections.
    func start() throws {
        process = ChildProcess(Self.executable, ["-c", folder.appending(path: "mosquitto.conf").path])
        let deadline = Date(timeIntervalSinceNow: 10)
        while !LoopbackSocket.canConnect(to: port) {
            guard Date() < deadline else { throw Failure.notAnswering(port: port) }
            Pause.short()
        }
    }

    /// Ends the broker as the system would: it says goodbye to its clients.
    func stop() {
        end(SIGTERM)
    }

    /// Ends the broker at once.
    func kill() {
        end(SIGKILL)
    }

    /// Ends the broker and starts it on the same port; nothing retained is left.
    func restart() throws {
        stop()
        try start()
    }

    /// A port that nobody listens on.
    static func freePort() throws -> Int {
        guard let socket = LoopbackSocket.listening() else { throw Failure.noFreePort }
        return socket.port
    }

    private func end(_ signal: Int32) {
        process?.send(signal)
        process?.wait()
        process = nil
    }
}
