import Foundation
import Testing

/// A real `mosquitto` on a free port of the loopback interface.
///
/// Clients connect again until it listens, so nothing waits for that here.
enum TestBroker {
    /// Runs a broker for as long as the body runs, which is given its port.
    static func run<Result>(_ body: (_ port: Int) throws -> Result) throws -> Result {
        let port = try freePort()
        let process = Process()
        process.executableURL = URL(filePath: "/usr/sbin/mosquitto")
        // Without a configuration it listens on the loopback interface only and asks for no password.
        process.arguments = ["-p", "\(port)"]
        process.standardError = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        defer {
            // Foundation's Process may have started it with SIGTERM blocked.
            kill(process.processIdentifier, SIGKILL)
            process.waitUntilExit()
        }
        return try body(port)
    }

    /// A port that nobody listens on at this moment.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let status = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) == 0 ? getsockname(descriptor, generic, &length) : -1
            }
        }
        try #require(status == 0)
        return Int(UInt16(bigEndian: address.sin_port))
    }
}
