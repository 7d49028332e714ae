import Foundation
import Messaging
import TestSupport
import Testing

/// The example for mosquitto in config/mosquitto, with other paths and another port.
@Suite("Access list", .serialized, .encryptedBroker)
struct AccessListTests {
    private static let names = ["gaitd", "operator", "r1", "r2"]
    private let certificates: TestCertificates
    private let folder: TemporaryFolder
    private let broker: TestBroker

    init() throws {
        certificates = try TestCertificates.shared.get()
        folder = try TemporaryFolder()
        let passwords = try TestBroker.passwords(
            Dictionary(uniqueKeysWithValues: Self.names.map { ($0, "password of \($0)") }), in: folder)
        let port = try TestBroker.freePort()
        let example = try String(
            contentsOfFile: PackageFolder.path("config/mosquitto/gaitd.conf"), encoding: .utf8)
        let configuration =
            example
            .replacing("listener 8883", with: "listener \(port) 127.0.0.1")
            .replacing("/etc/mosquitto/certs/ca.pem", with: certificates.authority)
            .replacing("/etc/mosquitto/certs/broker.pem", with: certificates.certificate(.broker))
            .replacing("/etc/mosquitto/certs/broker.key", with: certificates.key(.broker))
            .replacing("/etc/mosquitto/passwords", with: passwords)
            .replacing("/etc/mosquitto/acl", with: PackageFolder.path("config/mosquitto/acl"))
        #expect(!configuration.split(separator: "\n").contains { !$0.hasPrefix("#") && $0.contains("/etc/") })
        broker = try TestBroker(port: port, configuration: configuration + "\nlog_dest none")
    }

    @Test("a robot may write its own skeletons and frames, and nothing else")
    func robots() throws {
        let listener = try client("gaitd")
        try listener.client.subscribe("robots/+/skeletons", qualityOfService: .atLeastOnce)
        try listener.client.subscribe("robots/+/cameras/+/+", qualityOfService: .atLeastOnce)
        let robot = try client("r1")
        for topic in [
            "robots/r1/skeletons", "robots/r1/cameras/door/skeletons", "robots/r1/cameras/door/frame",
        ] {
            try robot.client.publish(MQTTMessage(topic, "own"))
            #expect(listener.message()?.topic == topic)
        }
        for topic in [
            "robots/r2/skeletons", "robots/r2/cameras/door/frame", "robots/r1/people",
            "robots/r1/people/7/emotion", "gaitd/n1/state", "gaitd/n1/request/forget",
            "gaitd/n1/response/forget", "operators/operator/answers", "other",
        ] { expectRefusal(of: topic, to: robot) }
    }

    @Test("only operators may write requests; gaitd writes its own topics and the robots' people")
    func operatorsAndNodes() throws {
        let node = try client("gaitd")
        try node.client.subscribe("gaitd/n1/request/#", qualityOfService: .atLeastOnce)
        let person = try client("operator")
        try person.client.subscribe("#", qualityOfService: .atLeastOnce)
        try person.client.publish(MQTTMessage("gaitd/n1/request/model/list", "{}"))
        #expect(node.message()?.topic == "gaitd/n1/request/model/list")
        for topic in [
            "gaitd/n1/state", "gaitd/n1/info", "gaitd/n1/health", "gaitd/n1/training",
            "gaitd/n1/response/model/list", "robots/r1/people", "robots/r1/people/7/emotion",
            "robots/r1/poses", "operators/operator/answers",
        ] {
            try node.client.publish(MQTTMessage(topic, "said"))
            #expect(person.message { $0.text == "said" }?.topic == topic)
        }
        for topic in ["robots/r1/skeletons", "robots/r1/people/7/emotion", "gaitd/n1/state"] {
            expectRefusal(of: topic, to: person)
        }
        for topic in ["robots/r1/skeletons", "gaitd/n1/request/forget", "other"] {
            expectRefusal(of: topic, to: node)
        }
    }

    @Test("a robot hears of its own people only")
    func reading() throws {
        let robot = try client("r1")
        try robot.client.subscribe("#", qualityOfService: .atLeastOnce)
        let node = try client("gaitd")
        for topic in [
            "robots/r2/people", "robots/r2/people/7/emotion", "gaitd/n1/state", "robots/r1/people/7/emotion",
        ] { try node.client.publish(MQTTMessage(topic, "said")) }
        #expect(robot.message()?.topic == "robots/r1/people/7/emotion")
    }

    @Test("the broker refuses clients without a password or with a wrong one")
    func strangers() throws {
        for password in [nil, "wrong"] {
            let event = try client("gaitd", password: password).event()
            let isRefused = if case .refused(0x87, _)? = event { true } else { false }
            #expect(isRefused, "\(String(describing: event))")
        }
    }

    private func client(_ name: String) throws -> ClientUnderTest {
        let client = try client(name, password: "password of \(name)")
        #expect(client.event() == .connected(protocolVersion: 5))
        return client
    }

    private func client(_ name: String, password: String?) throws -> ClientUnderTest {
        try ClientUnderTest(port: broker.port, name: "\(name)-\(UUID().uuidString)") {
            $0.username = password == nil ? nil : name
            $0.password = password
            $0.tls = MQTTClient.TLS(authorityFile: certificates.authority)
        }
    }

    private func expectRefusal(
        of topic: String, to client: ClientUnderTest, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        try? client.client.publish(MQTTMessage(topic, "refused"))
        let event = client.event()
        guard case .publicationRefused(topic, let reason)? = event else {
            Issue.record("\(topic): \(String(describing: event))", sourceLocation: sourceLocation)
            return
        }
        #expect(reason.lowercased().contains("authori"), sourceLocation: sourceLocation)
        #expect(event?.description.contains("access list") == true, sourceLocation: sourceLocation)
    }
}
