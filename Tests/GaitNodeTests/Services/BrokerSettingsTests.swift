import Configuration
import Foundation
import Messaging
import TestSupport
import Testing

@testable import GaitNode

@Suite("Settings of the broker's client")
struct BrokerSettingsTests {
    private let folder: TemporaryFolder
    private let lines = LogLines()

    init() throws {
        folder = try TemporaryFolder()
        for name in ["password", "ca.pem", "node.pem", "node.key", "key-password"] {
            let path = try folder.write(name, "secret of \(name)\n")
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        }
    }

    @Test("files are read and found beside the configuration")
    func files() throws {
        let settings = try settings([
            "mqtt.username": "robot", "mqtt.password_file": "password", "mqtt.tls.enabled": "true",
            "mqtt.tls.ca_file": "ca.pem", "mqtt.tls.certificate_file": "node.pem",
            "mqtt.tls.key_file": "node.key", "mqtt.tls.key_password_file": "key-password",
        ])
        #expect(settings.password == "secret of password")
        #expect(
            settings.tls
                == MQTTClient.TLS(
                    authorityFile: folder.path("ca.pem"), certificateFile: folder.path("node.pem"),
                    keyFile: folder.path("node.key"), keyPassword: "secret of key-password"))
        #expect(lines.all.isEmpty)
    }

    @Test("systemd's credentials stand in for files that are not named, and give way to those that are")
    func credentials() throws {
        try folder.write("mqtt-password", "from systemd")
        try folder.write("mqtt-key-password", "of the key")
        let encrypted = [
            "mqtt.username": "robot", "mqtt.tls.enabled": "true", "mqtt.tls.certificate_file": "node.pem",
            "mqtt.tls.key_file": "node.key",
        ]
        let settings = try settings(encrypted, credentials: folder.path)
        #expect(settings.password == "from systemd" && settings.tls?.keyPassword == "of the key")
        let named = try self.settings(
            encrypted.merging(["mqtt.password_file": "password"]) { $1 }, credentials: folder.path)
        #expect(named.password == "secret of password")
        let none = try self.settings(["mqtt.username": "robot"], credentials: folder.path("nowhere"))
        #expect(none.password == nil && none.tls == nil)
    }

    @Test(
        "what cannot be used is refused by its key, and no secret is in the words",
        arguments: [
            (["mqtt.password_file": "password"], "'mqtt.username' is not set"),
            (["mqtt.username": "a", "mqtt.password_file": "missing"], "cannot be read"),
            (["mqtt.tls.ca_file": "ca.pem"], "'mqtt.tls.enabled' is not true"),
            (["mqtt.tls.enabled": "true", "mqtt.tls.ca_file": "missing"], "cannot be read"),
            (["mqtt.tls.enabled": "true", "mqtt.tls.certificate_file": "node.pem"], "'mqtt.tls.key_file'"),
            (["mqtt.tls.enabled": "true", "mqtt.tls.key_file": "node.key"], "'mqtt.tls.certificate_file'"),
        ])
    func refusals(values: [String: String], text: String) {
        let error = #expect(throws: GaitNodeError.self) { try settings(values) }
        #expect(error?.exitCode == 78)
        #expect(error?.description.contains(text) == true, "\(String(describing: error))")
        #expect(error?.description.contains("secret of") == false)
    }

    @Test(
        "a password that leaves the machine unencrypted is warned of",
        arguments: [
            ("robot.local", "false", true), ("robot.local", "true", false), ("127.0.0.1", "false", false),
        ])
    func unencrypted(host: String, enabled: String, isWarned: Bool) throws {
        _ = try settings([
            "mqtt.host": host, "mqtt.username": "robot", "mqtt.password_file": "password",
            "mqtt.tls.enabled": enabled,
        ])
        #expect(lines.all.contains { $0.contains("unencrypted") } == isWarned)
    }

    private func settings(
        _ values: [String: String], credentials: String? = nil
    ) throws -> MQTTClient.Configuration {
        let configuration = try NodeConfiguration(
            reader: TestConfiguration.reader(values), folder: folder.path)
        return try MQTTClient.Configuration(configuration, logger: lines.logger, credentials: credentials)
    }
}
