import Foundation
import Messaging
import TestSupport
import Testing

@testable import GaitNode

@Suite("Connection watch")
struct ConnectionMonitorTests {
    @Test("connections are counted, and a broker that stays away writes one line")
    func events() {
        let lines = LogLines()
        let watch = ConnectionMonitor(logger: lines.logger)
        for _ in 0..<50 { watch.note(.unreachable(reason: "connection refused")) }
        #expect(watch.connections == 0)
        watch.note(.connected(protocolVersion: 5))
        watch.note(.lost(reason: "closed"))
        watch.note(.connected(protocolVersion: 5))
        #expect(watch.connections == 2)
        #expect(lines.all.count == 4)
        #expect(lines.all.first == ConnectionEvent.unreachable(reason: "connection refused").description)
    }
}

struct DaemonArgumentsTests {
    @Test("without arguments the installed configuration is run")
    func defaults() throws {
        let arguments = try DaemonArguments([])
        #expect(arguments.action == .run && arguments.configurationPath == "/etc/gaitd/gaitd.yaml")
    }

    @Test("a path and an action are taken in any order")
    func order() throws {
        let one = try DaemonArguments(["--config", "a", "--check-config"])
        let other = try DaemonArguments(["--check-config", "--config", "a"])
        #expect(one == other && one.configurationPath == "a" && one.action == .checkConfiguration)
        #expect(try DaemonArguments(["--version"]).action == .printVersion)
        #expect(try DaemonArguments(["-h"]).action == .printHelp)
    }

    @Test("what is not known is refused by name", arguments: [["--port"], ["x"], ["--config"]])
    func refusals(arguments: [String]) {
        #expect(throws: GaitNodeError.usage(argument: arguments[0])) { try DaemonArguments(arguments) }
    }
}

struct ServiceNotificationTests {
    @Test("the state arrives at the socket that the environment names")
    func arrives() throws {
        let receiver = try DatagramReceiver()
        let notification = ServiceNotification(environment: ["NOTIFY_SOCKET": receiver.path])
        notification.send(.ready)
        notification.send(.stopping)
        #expect(receiver.receive() == "READY=1")
        #expect(receiver.receive() == "STOPPING=1")
    }

    @Test("the watchdog is served twice as often as asked, and only for this process")
    func watchdog() {
        #expect(ServiceNotification(environment: [:]).watchdogInterval == nil)
        #expect(ServiceNotification(environment: ["WATCHDOG_USEC": "3000000"]).watchdogInterval == 1.5)
        let other = ["WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "1"]
        #expect(ServiceNotification(environment: other).watchdogInterval == nil)
    }

    @Test("a socket that is not there, or has too long a name, is no error")
    func absent() {
        ServiceNotification(environment: ["NOTIFY_SOCKET": "/nowhere/notify"]).send(.ready)
        let long = "/" + String(repeating: "a", count: 300)
        ServiceNotification(environment: ["NOTIFY_SOCKET": long]).send(.ready)
    }
}

/// The receiving end of systemd's notification socket.
final class DatagramReceiver: Sendable {
    private let folder: TemporaryFolder
    private let descriptor: Int32
    var path: String { folder.path("notify") }

    init() throws {
        folder = try TemporaryFolder()
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let name = Array(folder.path("notify").utf8)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name) }
        let result = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard descriptor >= 0, result == 0 else { throw CocoaError(.fileNoSuchFile) }
    }

    deinit { close(descriptor) }

    /// The next datagram as text, waited for; nil if there was none.
    func receive(within seconds: Double = 10) -> String? {
        var ready = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        guard poll(&ready, 1, Int32(seconds * 1000)) > 0 else { return nil }
        var bytes = [UInt8](repeating: 0, count: 256)
        let count = recv(descriptor, &bytes, bytes.count, 0)
        return count > 0 ? String(decoding: bytes[..<count], as: UTF8.self) : nil
    }
}
