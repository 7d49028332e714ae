import Messaging
import Testing

@Suite("Connection event")
struct ConnectionEventTests {
    @Test("a log line says what happened and what to look at")
    func descriptions() {
        #expect(ConnectionEvent.connected(protocolVersion: 5).description.hasSuffix("MQTT 5"))
        #expect(ConnectionEvent.connected(protocolVersion: 4).description.hasSuffix("MQTT 3.1.1"))
        let refused = ConnectionEvent.refused(code: 135, reason: "Not authorized").description
        #expect(refused.contains("Not authorized (code 135)") && refused.contains("password"))
        let subscription = ConnectionEvent.subscriptionRefused(filter: "a/#", reason: "Not authorized")
        #expect(subscription.description.contains("'a/#'"))
    }
}
