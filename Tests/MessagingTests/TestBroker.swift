import Foundation

/// A real `mosquitto` of its own on a free loopback port, for one test. It keeps nothing on disk, so that a
/// restart forgets everything; it ends with this object.
final class TestBroker {
    enum Failure: Error {
        case noFreePort
        case notAnswering(port: Int)
        case command(String, status: Int32)
    }

    static let executable = "/usr/sbin/mosquitto"
    static var isInstalled: Bool { FileManager.default.isExecutableFile(atPath: executable) }

    let port: Int
    private let folder: URL
    private var process: Process?

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
            FileManager.default.createFile(atPath: passwords, contents: nil)
            for (name, password) in users {
                try Self.run("/usr/bin/mosquitto_passwd", ["-b", passwords, name, password])
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
        let process = Process()
        process.executableURL = URL(filePath: Self.executable)
        process.arguments = ["-c", folder.appending(path: "mosquitto.conf").path]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        self.process = process
        let deadline = Date(timeIntervalSinceNow: 10)
        while !LoopbackSocket.canConnect(to: port) {
            guard Date() < deadline, process.isRunning else { throw Failure.notAnswering(port: port) }
            usleep(5000)
        }
    }

    /// Ends the broker as the system would: it says goodbye to its clients.
    func stop() {
        process?.terminate()
        process?.waitUntilExit()
        process = nil
    }

    /// Ends the broker at once.
    func kill() {
        guard let process else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        self.process = nil
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

    private static func run(_ path: String, _ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: path)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure.command(path, status: process.terminationStatus)
        }
    }
}
