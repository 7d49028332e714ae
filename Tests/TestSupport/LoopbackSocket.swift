import Foundation

/// A TCP socket on the loopback interface; closed with this object.
package final class LoopbackSocket: Sendable {
    package let descriptor: Int32

    private init(_ descriptor: Int32) { self.descriptor = descriptor }

    deinit { close(descriptor) }

    /// A socket that listens on a port, on a free one where that is 0; nil where it is taken. As long as no test
    /// accepts, a client waits in vain.
    package static func listening(on port: Int = 0) -> LoopbackSocket? {
        let socket = LoopbackSocket(Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        var reuse: Int32 = 1
        _ = setsockopt(
            socket.descriptor, SOL_SOCKET, SO_REUSEADDR, &reuse, socklen_t(MemoryLayout<Int32>.size))
        var address = loopback(port: port)
        let bound = withAddress(&address) { bind(socket.descriptor, $0, $1) }
        guard bound == 0, listen(socket.descriptor, 16) == 0 else { return nil }
        return socket
    }

    package static func canConnect(to port: Int) -> Bool {
        let socket = LoopbackSocket(Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0))
        var address = loopback(port: port)
        return withAddress(&address) { connect(socket.descriptor, $0, $1) } == 0
    }

    /// The next connection to a listening socket, waited for.
    package func accepted() -> LoopbackSocket? {
        let descriptor = accept(descriptor, nil, nil)
        return descriptor < 0 ? nil : LoopbackSocket(descriptor)
    }

    /// What has arrived, waited for; empty when the other end has closed.
    package func received() -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &bytes, bytes.count)
        return Array(bytes.prefix(max(0, count)))
    }

    package func send(_ bytes: [UInt8]) {
        _ = Foundation.send(descriptor, bytes, bytes.count, Int32(MSG_NOSIGNAL))
    }

    package var port: Int {
        var address = Self.loopback(port: 0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        _ = Self.withAddress(&address) { pointer, _ in getsockname(descriptor, pointer, &length) }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    /// This process's sockets that are connected to a loopback port.
    package static func connected(to port: Int) -> Set<Int32> {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return Set(
            names.compactMap { Int32($0) }.filter { descriptor in
                var address = loopback(port: 0)
                var length = socklen_t(MemoryLayout<sockaddr_in>.size)
                let result = withAddress(&address) { pointer, _ in getpeername(descriptor, pointer, &length) }
                return result == 0 && address.sin_family == sa_family_t(AF_INET)
                    && Int(UInt16(bigEndian: address.sin_port)) == port
            })
    }

    private static func loopback(port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }

    private static func withAddress<Result>(
        _ address: inout sockaddr_in, _ body: (UnsafeMutablePointer<sockaddr>, socklen_t) -> Result
    ) -> Result {
        withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
