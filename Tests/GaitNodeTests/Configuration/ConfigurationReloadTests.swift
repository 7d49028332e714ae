import Configuration
import Logging
import Testing

@testable import GaitNode

@Suite("Configuration reload")
struct ConfigurationReloadTests {
    private let lines = LogLines()
    private let levels = LogLevels()

    @Test("what can be is offered once, the rest is named, and what was left is named again")
    func parts() async throws {
        let reload = try reload(to: [
            "pipeline.max_people": "7", "mqtt.host": "elsewhere", "mqtt.username": "robot",
            "log.level": "debug",
            "deployment.purpose": "another",
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
