import Gait
import Messaging
import TestSupport

@testable import gaitctl

/// What a node of a test says.
struct NodeMessages {
    let node: String
    /// The wall clock's seconds at which the health was written.
    var stamp = 1000.0
    var people = 2
    var sources = ["r1/skeletons": Self.walks]

    private static var walks: HealthMessage.Source {
        var source = HealthMessage.Source()
        (source.framesIn, source.rate, source.age) = (1200, 29.97, 0.1)
        (source.dropped, source.rejected) = (["late": 2], ["missing_id": 3])
        return source
    }

    private func topic(_ name: String) -> String { "gaitd/\(node)/\(name)" }

    func state(_ state: StateMessage.State) -> MQTTMessage {
        StateMessage.message(state, topic: topic("state"))
    }

    func info(interval: Double = 10) throws -> MQTTMessage {
        let info = InfoMessage(
            node: node, version: "0.1.0", started: 900,
            model: .object(["name": .string("step"), "version": .number(3), "sha256": .string("ab12cd34ef")]),
            labels: ["angry", "happy", "neutral", "sad"],
            configuration: .object(["health.interval": .number(interval)]), limits: [:])
        return MQTTMessage(topic: topic("info"), payload: try info.encoded(), retained: true)
    }

    func health() throws -> MQTTMessage {
        var statistics = MQTTClient.Statistics()
        (statistics.connected, statistics.received) = (true, 1234)
        var health = HealthMessage(mqtt: HealthMessage.MQTT(statistics))
        (health.stamp, health.uptime, health.residentBytes) = (stamp, 200, 67_000_000)
        (health.cpu, health.threads, health.sources, health.people) = (0.42, 12, sources, people)
        for state in [EmotionState.ok, .ok, .uncertain, .insufficientData] {
            health.inference.states.count(state)
        }
        health.latency = ["total": .init(p50: 4.2, p95: 6.1, p99: 7), "decode": .init()]
        return MQTTMessage(topic: topic("health"), payload: try health.encoded(), retained: true)
    }

    func emotion(
        robot: String = "r1", person: String, _ emotion: String? = "happy", state: EmotionMessage.State = .ok,
        arrival: Double = 0
    ) throws -> MQTTMessage {
        let message = EmotionMessage(
            stamp: 5, node: node, robot: robot, person: person, source: "skeletons", state: state,
            emotion: emotion,
            confidence: emotion == nil ? nil : 0.72, valence: emotion == nil ? nil : 0.6,
            arousal: emotion == nil ? nil : -0.4,
            window: .init(start: 1, end: 3.5, frames: 75, coverage: 0.97),
            model: .init(name: "step", version: 3, sha256: "ab12cd34ef"), latencyMilliseconds: 4.25)
        return MQTTMessage(
            topic: "robots/\(robot)/people/\(person)/emotion", payload: try message.encoded(),
            arrival: Arrival(wallClock: 0, monotonic: arrival))
    }
}

extension ProgramRun {
    /// The real gaitd, until the test's end; `settings` follow on the model's path in its configuration.
    static func daemon(
        _ name: String, at broker: TestBroker, in folder: TemporaryFolder, _ settings: String
    ) throws -> ProgramRun {
        let configuration = try folder.write(
            "\(name).yaml",
            """
            node:
              id: \(name)
            deployment: {purpose: tests of gaitd, notice: nobody real is seen}
            mqtt:
              host: 127.0.0.1
              port: \(broker.port)
            model:
              path: \(PackageFolder.classifier)
            \(settings)
            """)
        return try ProgramRun(built("gaitd"), ["--config", configuration])
    }
}
