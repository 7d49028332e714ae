import Testing

@testable import Messaging

struct MQTTConfigurationTests {
    private func error(_ change: (inout MQTTClient.Configuration) -> Void) -> MessagingError? {
        var configuration = MQTTClient.Configuration(host: "broker", clientIdentifier: "gaitd-n1")
        change(&configuration)
        do {
            _ = try MQTTClient(configuration)
            return nil
        } catch {
            return error
        }
    }

    @Test("the defaults are accepted")
    func defaults() {
        #expect(error { _ in } == nil)
    }

    @Test("settings out of range are refused by name")
    func outOfRange() {
        #expect(error { $0.port = 0 } == .settingOutOfRange(name: "port", value: 0, range: 1...65535))
        #expect(error { $0.keepAliveSeconds = 4 }?.description.contains("keepAliveSeconds is 4") == true)
        #expect(error { $0.maximumQueuedMessages = 0 } != nil)
        #expect(error { $0.maximumInFlightMessages = 70_000 } != nil)
        #expect(error { $0.maximumPayloadBytes = 0 } != nil)
    }

    @Test("a host, client identifier, password or will that cannot be sent is refused")
    func texts() {
        #expect(error { $0.host = "" } == .invalidHost(""))
        #expect(error { $0.clientIdentifier = "" } == .invalidClientIdentifier(""))
        #expect(error { $0.password = "secret" } == .passwordWithoutUsername)
        #expect(error { $0.will = MQTTMessage("a/#", "") } == .invalidTopic("a/#"))
    }
}

struct BackoffTests {
    @Test("pauses double up to the limit, each shortened by at most a half")
    func doubles() {
        var backoff = Backoff(first: 1, longest: 30)
        var generator = SystemRandomNumberGenerator()
        for expected in [1.0, 2, 4, 8, 16, 30, 30, 30] {
            let pause = backoff.pause(using: &generator)
            #expect((expected / 2...expected).contains(pause))
        }
        backoff.reset()
        #expect(backoff.pause(using: &generator) <= 1)
    }

    @Test("pauses of several clients differ")
    func jitter() {
        var generator = SystemRandomNumberGenerator()
        let pauses = (0..<20).map { _ in
            var backoff = Backoff(first: 1, longest: 30)
            return backoff.pause(using: &generator)
        }
        #expect(Set(pauses).count > 1)
    }

    @Test("after `goSlow` the next pause is one of the longest, and a reset ends that")
    func goesSlow() {
        var backoff = Backoff(first: 1, longest: 30)
        var generator = SystemRandomNumberGenerator()
        backoff.goSlow()
        #expect((15...30).contains(backoff.pause(using: &generator)))
        backoff.reset()
        #expect((0.5...1).contains(backoff.pause(using: &generator)))
    }
}

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
        let failure = TLSFailure(verification: verification, errors: [text], hasCertificate: hasCertificate)
        #expect(failure == expected)
    }

    @Test("every failure has advice of its own, in one line")
    func advice() {
        let advice = TLSFailure.allCases.map(\.advice)
        #expect(Set(advice).count == advice.count)
        #expect(advice.allSatisfy { !$0.contains("\n") && !$0.isEmpty })
    }
}
