import Glibc

/// Finds out whether a port that does not answer in MQTT belongs to a web server, as a broker's WebSocket port does.
struct HTTPProbe {
    private var address = sockaddr_storage()
    private var length = socklen_t(MemoryLayout<sockaddr_storage>.size)

    /// - Parameter socket: a connection to the port; nil unless it is established.
    init?(peerOf socket: Int32) {
        let result = withUnsafeMutablePointer(to: &address) { [length] address in
            var size = length
            return address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                getpeername(socket, $0, &size) == 0 ? size : 0
            }
        }
        guard result > 0 else { return nil }
        length = result
    }

    /// Connects again and asks as a web browser does. Returns whether the answer is one of HTTP.
    ///
    /// - Parameters:
    ///   - deadline: CLOCK_MONOTONIC seconds.
    ///   - state: the client's; its stop ends the wait.
    func isAnswered(by deadline: Double, _ state: ClientState) -> Bool {
        let kind = SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue
        let socket = Glibc.socket(Int32(address.ss_family), Int32(kind), 0)
        guard socket >= 0 else { return false }
        defer { close(socket) }
        withUnsafePointer(to: address) { address in
            address.withMemoryRebound(to: sockaddr.self, capacity: 1) { _ = connect(socket, $0, length) }
        }
        let request = Array("GET / HTTP/1.1\r\nHost: broker\r\nConnection: close\r\n\r\n".utf8)
        var answer = [UInt8](repeating: 0, count: 5)
        return Self.wait(for: POLLOUT, of: socket, until: deadline, state)
            && send(socket, request, request.count, Int32(MSG_NOSIGNAL)) == request.count
            && Self.wait(for: POLLIN, of: socket, until: deadline, state)
            && recv(socket, &answer, answer.count, 0) == answer.count
            && answer.elementsEqual("HTTP/".utf8)
    }

    /// Waits for an event of the socket; false at its end, at the deadline and at the client's stop.
    private static func wait(
        for event: Int32, of socket: Int32, until deadline: Double, _ state: ClientState
    ) -> Bool {
        while state.flushUntil == nil {
            let (isRaised, events) = state.wake.wait(
                alongside: socket, events: Int16(event), until: deadline)
            if events != 0 { return events & Int16(event) != 0 }
            guard isRaised else { return false }
            state.wake.lower()
        }
        return false
    }
}
