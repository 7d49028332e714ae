import Configuration
import Foundation
import Logging
import TestSupport
import Testing

@testable import GaitNode

struct NodeConfigurationTests {
    @Test("without any provider every key has its documented default")
    func defaults() throws {
        let configuration = try NodeConfiguration(reader: TestConfiguration.reader(), folder: "/etc/gaitd")
        #expect(configuration.nodeIdentifier == "n1")
        #expect(configuration.broker.port == 1883)
        #expect(configuration.broker.username == nil)
        #expect(configuration.robots == ["+"])
        #expect(configuration.pipeline.classifyEvery == 0.5)
        #expect(configuration.pipeline.personTimeout == 3)
        #expect(!configuration.pipeline.explain)
        #expect(configuration.healthInterval == 10)
        #expect(configuration.modelPath == "/etc/gaitd/models/step-default.safetensors")
    }

    @Test("an absolute model path stays as it is, a password file is found beside the configuration")
    func paths() throws {
        let configuration = try NodeConfiguration(
            reader: reader(["model.path": "/models/a.safetensors", "mqtt.password_file": "secret"]),
            folder: "/etc/gaitd")
        #expect(configuration.modelPath == "/models/a.safetensors")
        #expect(configuration.broker.passwordFile == "/etc/gaitd/secret")
    }

    @Test("the environment overrides the file")
    func environment() throws {
        let environment = EnvironmentVariablesProvider(environmentVariables: [
            "GAITD_MQTT_HOST": "robot.local", "GAITD_MQTT_PORT": "1999", "GAITD_SOURCES_ROBOTS": "r1,r2",
            "GAITD_PIPELINE_CLASSIFY_EVERY": "0.25",
        ]).prefixKeys(with: "gaitd")
        let file = InMemoryProvider(values: [
            "mqtt.host": "other", "mqtt.keep_alive": 30, "deployment.purpose": "a", "deployment.notice": "b",
        ])
        let configuration = try NodeConfiguration(reader: ConfigReader(providers: [environment, file]))
        #expect(configuration.broker.host == "robot.local")
        #expect(configuration.broker.port == 1999)
        #expect(configuration.broker.keepAlive == 30)
        #expect(configuration.robots == ["r1", "r2"])
        #expect(configuration.pipeline.classifyEvery == 0.25)
    }

    @Test("values of the provider's own types are taken")
    func typedValues() throws {
        let configuration = try NodeConfiguration(
            reader: reader([
                "mqtt.port": 1884, "pipeline.person_timeout": 1.5, "pipeline.smoothing": 0,
                "pipeline.explain": true,
            ]))
        #expect(configuration.pipeline.explain)
        #expect(configuration.broker.port == 1884)
        #expect(configuration.pipeline.personTimeout == 1.5)
        #expect(configuration.pipeline.smoothing == 0)
    }

    @Test(
        "a value of the wrong type or out of range is refused by key, value and range",
        arguments: [
            ("node.id", "a/b"), ("mqtt.host", "a b"), ("mqtt.port", "65536"), ("mqtt.port", "abc"),
            ("mqtt.keep_alive", "1"), ("sources.robots", "r/1"), ("topics.robots_prefix", "#"),
            ("topics.node_prefix", ""), ("pipeline.classify_every", "0"), ("pipeline.classify_every", "nan"),
            ("pipeline.min_confidence", "1.1"), ("pipeline.smoothing", "-1"), ("pipeline.max_people", "0"),
            ("pipeline.max_people", "1.5"), ("pipeline.max_people", "1025"),
            ("pipeline.person_timeout", "inf"), ("health.interval", "61"), ("log.level", "loud"),
            ("log.levels.mqtt", "loud"), ("mqtt.share_group", "a/b"), ("mqtt.tls.enabled", "yes"),
            ("pipeline.explain", "yes"), ("pipeline.explain", "1"), ("model.path", ""),
        ])
    func refusals(key: String, value: String) {
        let error = #expect(throws: GaitNodeError.self) {
            try NodeConfiguration(reader: reader([key: value]))
        }
        let isInvalid = if case .invalidValue(key, value, _)? = error { true } else { false }
        #expect(isInvalid, "\(String(describing: error))")
        #expect(error?.exitCode == 78)
        #expect(error?.description.contains("\n") == false)
    }

    @Test("a list where a single value is expected is refused")
    func listForNumber() {
        let values: [String: ConfigValue] = [
            "mqtt.port": ConfigValue(.stringArray(["1", "2"]), isSecret: false)
        ]
        let error = #expect(throws: GaitNodeError.self) { try NodeConfiguration(reader: reader(values)) }
        #expect(error?.description.contains("'mqtt.port' has the value '[1, 2]'") == true)
    }

    @Test(
        "purpose and notice have to be written, and what to write is said",
        arguments: [("deployment.purpose", "prohibited"), ("deployment.notice", "have to be told")])
    func deployment(key: String, advice: String) throws {
        for value in ["", "  \n"] {
            let error = #expect(throws: GaitNodeError.self) {
                try NodeConfiguration(reader: reader([key: value]))
            }
            let isMissing = if case .missingKey(key, _)? = error { true } else { false }
            #expect(isMissing, "\(String(describing: error))")
            #expect(error?.exitCode == 78 && error?.description.contains(advice) == true)
        }
        let written = try NodeConfiguration(reader: reader(["deployment.purpose": " to keep distance\n"]))
        #expect(written.deployment.purpose == "to keep distance")
        #expect(throws: GaitNodeError.self) {
            try NodeConfiguration(reader: reader([key: String(repeating: "a", count: 2001)]))
        }
    }

    private func reader(_ values: [String: String]) -> ConfigReader { TestConfiguration.reader(values) }

    private func reader(_ values: [String: ConfigValue]) -> ConfigReader { TestConfiguration.reader(values) }
}

struct ConfigurationReloadTests {
    private let lines = LogLines()
    private let levels = LogLevels()

    @Test("what can be is offered once, the rest is named, and what was left is named again")
    func parts() async throws {
        let reload = try reload(to: [
            "pipeline.max_people": "7", "mqtt.host": "elsewhere", "mqtt.username": "robot",
            "log.level": "debug", "deployment.purpose": "another",
        ])
        await reload.reload()
        let offered = try #require(reload.takeOffered())
        #expect(offered.pipeline.maximumPeople == 7 && offered.deployment.purpose == "another")
        #expect(offered.broker.host == "localhost" && offered.broker.username == nil)
        #expect(reload.takeOffered() == nil)
        #expect(levels.settings.level == .debug)
        let line = try #require(lines.all.last)
        #expect(line.contains("now applied: deployment.purpose, log.level, pipeline.max_people;"))
        #expect(line.hasSuffix("needs a restart: mqtt.host, mqtt.username"))
        #expect(!line.contains("elsewhere") && !line.contains("robot"))
        await reload.reload()
        #expect(reload.takeOffered() == nil)
        #expect(lines.all.last?.hasSuffix("reloaded; needs a restart: mqtt.host, mqtt.username") == true)
    }

    @Test("a configuration that is wrong changes nothing, one that is the same says so")
    func wrongOrSame() async throws {
        let wrong = try reload(to: ["mqtt.port": "many", "log.level": "debug"])
        await wrong.reload()
        #expect(wrong.takeOffered() == nil && levels.settings.level == .info)
        #expect(lines.all.last?.contains("'mqtt.port' has the value 'many'") == true)
        let same = try reload(to: [:])
        await same.reload()
        #expect(same.takeOffered() == nil && lines.all.last?.hasSuffix("nothing has changed") == true)
    }

    private func reload(to values: [String: String]) throws -> ConfigurationReload {
        ConfigurationReload(
            try NodeConfiguration(reader: TestConfiguration.reader()),
            read: { try NodeConfiguration(reader: TestConfiguration.reader(values)) }, levels: levels,
            logger: lines.logger, wake: {})
    }
}

struct PasswordFileTests {
    @Test(
        "line ends and a byte order mark are not part of the password, spaces are",
        arguments: ["", "\n", "\r\n", "\r", "\n\n", "\r\n\r\n"], ["", "\u{FEFF}"])
    func trimming(end: String, start: String) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("password", start + " s3 cret " + end)
        #expect(try PasswordFile(path: path, key: "k").password == " s3 cret ")
    }

    @Test("a world-readable file is noticed", arguments: [(0o644, true), (0o600, false), (0o640, false)])
    func permissions(mode: Int, isWorldReadable: Bool) throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("password", "secret\n")
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        #expect(try PasswordFile(path: path, key: "k").isWorldReadable == isWorldReadable)
    }

    @Test("a missing or empty file is refused")
    func refusals() throws {
        let folder = try TemporaryFolder()
        let empty = try folder.write("password", "\n")
        #expect(throws: GaitNodeError.unusableFile(path: empty, key: "k", reason: "it is empty")) {
            try PasswordFile(path: empty, key: "k")
        }
        #expect(
            throws: GaitNodeError.unusableFile(
                path: "/nowhere", key: "k", reason: "it cannot be read: no such file")
        ) {
            try PasswordFile(path: "/nowhere", key: "k")
        }
    }
}
