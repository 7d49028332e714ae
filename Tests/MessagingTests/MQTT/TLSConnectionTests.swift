import Foundation
import Messaging
import TestSupport
import Testing

/// A real broker with certificates of every quality.
@Suite("Encrypted connection", .serialized, .encryptedBroker)
struct TLSConnectionTests {
    private let certificates: TestCertificates

    init() throws { certificates = try TestCertificates.shared.get() }

    @Test("messages of every size pass an encrypted connection", arguments: ["localhost", "127.0.0.1"])
    func works(host: String) throws {
        try withBroker(settings: certificates.listener(.broker)) { broker in
            let client = try encrypted(broker, host: host)
            #expect(client.event() == .connected(protocolVersion: 5))
            try client.client.subscribe("t", qualityOfService: .atLeastOnce)
            // A TLS record holds 16 kB: several packets in one, and one packet in several.
            for size in [0, 1, 100, 100, 16_384, 300_000, 1] {
                let text = String(repeating: "x", count: size) + "."
                try client.client.publish(MQTTMessage("t", text))
                #expect(client.message()?.payload.count == size + 1)
            }
            for index in 0..<500 { try client.client.publish(MQTTMessage("t", "\(index)")) }
            for index in 0..<500 { #expect(client.message()?.text == "\(index)") }
            #expect(client.client.stop(deadline: 5))
        }
    }

    @Test(
        "a broker's certificate that cannot be trusted is refused, by what is wrong with it",
        arguments: [
            (TestCertificates.Kind.expired, TLSFailure.expired), (.otherHost, .otherHost),
        ])
    func refusesBroker(kind: TestCertificates.Kind, failure: TLSFailure) throws {
        try withBroker(settings: certificates.listener(kind)) { broker in
            expect(failure, of: try encrypted(broker))
        }
    }

    @Test("an authority that is not trusted is named as such, the system's own included")
    func unknownAuthority() throws {
        try withBroker(settings: certificates.listener(.broker)) { broker in
            expect(.unknownAuthority, of: try encrypted(broker, authority: certificates.otherAuthority))
            expect(.unknownAuthority, of: try encrypted(broker, authority: nil))
        }
    }

    @Test("a broker that wants a client certificate says so, and takes the right one only")
    func clientCertificate() throws {
        try withBroker(settings: certificates.listener(.broker, clientCertificates: true)) { broker in
            expect(.certificateWanted, or: .closedAfterHandshake, of: try encrypted(broker))
            expect(
                .certificateRefused, or: .closedAfterHandshake,
                of: try encrypted(broker) {
                    $0.tls?.certificateFile = certificates.certificate(.stranger)
                    $0.tls?.keyFile = certificates.key(.stranger)
                })
            for (key, password) in [
                (certificates.key(.client), nil), (certificates.encryptedKey, "key-password"),
            ] {
                let client = try encrypted(broker) {
                    $0.tls?.certificateFile = certificates.certificate(.client)
                    $0.tls?.keyFile = key
                    $0.tls?.keyPassword = password
                }
                #expect(client.event() == .connected(protocolVersion: 5))
            }
        }
    }

    @Test(
        "the client names files that do not belong together, are missing or need a password, and asks for none"
    )
    func ownFiles() throws {
        try withBroker(settings: certificates.listener(.broker)) { broker in
            let folder = try TemporaryFolder()
            let text = try folder.write("text", "no certificate")
            expect(.ownFiles, of: try encrypted(broker, authority: text))
            for (certificate, key) in [
                (certificates.certificate(.client), certificates.key(.broker)),
                (certificates.certificate(.client), certificates.encryptedKey), (text, text),
            ] {
                expect(
                    .ownFiles,
                    of: try encrypted(broker) {
                        $0.tls?.certificateFile = certificate
                        $0.tls?.keyFile = key
                    })
            }
        }
    }

    @Test("a port that speaks plain MQTT, or TLS 1.1 at most, is reported")
    func otherProtocols() throws {
        try withBroker { plain in
            expect(.notSpoken, of: try encrypted(plain))
            let port = try TestBroker.freePort()
            let old = try ChildProcess(
                TestCertificates.executable,
                [
                    "s_server", "-accept", "127.0.0.1:\(port)", "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0",
                    "-cert", certificates.certificate(.broker), "-key", certificates.key(.broker), "-quiet",
                ])
            #expect(Pause.until(within: 20) { LoopbackSocket.canConnect(to: port) })
            let client = try ClientUnderTest(port: port, name: "client") {
                $0.host = "localhost"
                $0.tls = MQTTClient.TLS(authorityFile: certificates.authority)
            }
            expect(.notSpoken, of: client)
            old.send(SIGKILL)
        }
    }

    @Test("a broker that accepts and never shakes hands is given up, and a stop is not held up by it")
    func silentBroker() throws {
        let silent = try #require(LoopbackSocket.listening())
        let client = try ClientUnderTest(port: silent.port, name: "client") {
            $0.tls = MQTTClient.TLS(authorityFile: certificates.authority)
            $0.connectTimeoutSeconds = 0.1
        }
        let event = client.event { if case .unreachable = $0 { true } else { false } }
        #expect(event?.description.contains("no answer within") == true, "\(String(describing: event))")
        #expect(client.client.stop(deadline: 2))
    }

    @Test("an encrypted connection comes back after the broker was killed")
    func returns() throws {
        try withBroker(settings: certificates.listener(.broker)) { broker in
            let client = try encrypted(broker)
            #expect(client.event() == .connected(protocolVersion: 5))
            broker.kill()
            #expect(client.event { if case .lost = $0 { true } else { false } } != nil)
            try broker.start()
            #expect(client.event { $0 == .connected(protocolVersion: 5) } != nil)
        }
    }

    @Test("a certificate without its key is refused before anything is connected")
    func certificateWithoutKey() {
        var configuration = MQTTClient.Configuration(host: "localhost", clientIdentifier: "client")
        configuration.tls = MQTTClient.TLS(certificateFile: "a")
        #expect(throws: MessagingError.certificateWithoutKey) { try MQTTClient(configuration) }
    }

    private func encrypted(
        _ broker: TestBroker, host: String = "localhost",
        change: (inout MQTTClient.Configuration) -> Void = { _ in }
    ) throws -> ClientUnderTest {
        try encrypted(broker, authority: certificates.authority, host: host, change: change)
    }

    private func encrypted(
        _ broker: TestBroker, authority: String?, host: String = "localhost",
        change: (inout MQTTClient.Configuration) -> Void = { _ in }
    ) throws -> ClientUnderTest {
        try ClientUnderTest(port: broker.port, name: "client-" + UUID().uuidString) {
            $0.host = host
            $0.tls = MQTTClient.TLS(authorityFile: authority)
            change(&$0)
        }
    }

    private func expect(
        _ failure: TLSFailure, or other: TLSFailure? = nil, of client: ClientUnderTest,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        let event = client.event()
        guard case .insecure(let found, _)? = event, found == failure || found == other else {
            Issue.record(
                "expected \(failure), found \(String(describing: event))", sourceLocation: sourceLocation)
            return
        }
        #expect(event?.description.contains("\n") == false, sourceLocation: sourceLocation)
        #expect(!client.client.statistics.connected, sourceLocation: sourceLocation)
        client.client.stop(deadline: 2)
    }
}
