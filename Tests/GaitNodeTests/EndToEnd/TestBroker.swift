import Foundation
import Testing

/// A real `mosquitto` on a free port of the loopback interface, ended with the last reference to it.
final class TestBroker {
    let port: Int
    private let folder: TemporaryFolder
    private let settings: [String]
    private var process: Process

    /// - Parameters:
    ///   - port: A given port, to start a broker late; a free one otherwise.
    ///   - settings: Lines of mosquitto.conf instead of `allow_anonymous true`.
    init(port: Int? = nil, settings: [String] = ["allow_anonymous true"]) throws {
        self.port = try port ?? Self.freePort()
        self.settings = settings
        folder = try TemporaryFolder()
        process = Process()
        try start()
    }

    deinit {
        stop()
    }

    /// Starts mosquitto and waits until it accepts connections.
    func start() throws {
        let lines = ["per_listener_settings true", "listener \(port) 127.0.0.1", "user root"] + settings
        let configuration = try folder.write("mosquitto.conf", lines.joined(separator: "\n") + "\n")
        process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/sbin/mosquitto")
        process.arguments = ["-c", configuration]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        let deadline = Date() + 20
        while !Self.accepts(port: port) {
            guard Date() < deadline, process.isRunning else { throw BrokerFailure.notListening(port: port) }
            usleep(2000)
        }
    }

    /// Kills the broker; what it retained is lost.
    func stop() {
        guard process.isRunning else { return }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Stops answering without closing any connection, as a broker behind a dead network does.
    func hang() {
        kill(process.processIdentifier, SIGSTOP)
    }

    enum BrokerFailure: Error {
        case notListening(port: Int)
        case noFreePort
    }

    /// A port that nobody listens on at this moment.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 && getsockname(descriptor, generic, &length) == 0
            }
        }
        guard result else { throw BrokerFailure.noFreePort }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func accepts(port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = loopback(port: port)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func loopback(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
