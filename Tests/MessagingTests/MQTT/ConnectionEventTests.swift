import Testing

@testable import Messaging

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

@Suite("TLS failure")
struct TLSFailureTests {
    @Test(
        "OpenSSL's verdict and words are told apart",
        arguments: [
            (10, "certificate verify failed", false, TLSFailure.expired),
            (9, "certificate verify failed", false, .notYetValid),
            (19, "certificate verify failed", false, .unknownAuthority),
            (20, "certificate verify failed", false, .unknownAuthority),
            (0, "Error: host name verification failed.", false, .otherHost),
            (0, "error:0A00045C:SSL routines::tlsv13 alert certificate required", false, .certificateWanted),
            (0, "error:0A000410:SSL routines::sslv3 alert handshake failure", false, .certificateWanted),
            (0, "error:0A000410:SSL routines::sslv3 alert handshake failure", true, .certificateRefused),
            (0, "error:0A000418:SSL routines::tlsv1 alert unknown ca", true, .certificateRefused),
            (0, "Error: Unable to load client key file \"a\".", true, .ownFiles),
            (0, "error:0A00010B:SSL routines::wrong version number", false, .notSpoken),
            (0, "something new", false, .other),
        ])
    func classification(verification: Int, text: String, hasCertificate: Bool, expected: TLSFailure) {
        let failure = TLSFailure(
            verification: verification, errors: [text], hasCertificate: hasCertificate)
        #expect(failure == expected)
    }

    @Test("every failure has advice of its own, in one line")
    func advice() {
        let advice = TLSFailure.allCases.map(\.advice)
        #expect(Set(advice).count == advice.count)
        #expect(advice.allSatisfy { !$0.contains("\n") && !$0.isEmpty })
    }
}
