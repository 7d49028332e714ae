import Testing

@testable import Messaging

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
