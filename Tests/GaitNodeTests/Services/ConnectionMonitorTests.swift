import Messaging
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
