import Messaging
import Testing

@Suite("MQTT configuration")
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
