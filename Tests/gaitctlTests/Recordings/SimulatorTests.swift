import Messaging
import Simulation
import TestSupport
import Testing

@testable import gaitctl

@Suite("Simulator", .broker)
struct SimulatorTests {
    @Test("robots publish one message per frame, stamped at exact multiples of the period")
    func messages() async throws {
        try await withBroker { broker, client in
            var simulator = try Simulator(
                view: .skeletons(SimulatedScene(.init(robots: 2, people: 3))),
                configuration: .init(host: "127.0.0.1", port: broker.port, clientIdentifier: "walkers"),
                watches: false)
            let outcome = try simulator.run(rate: 100, seconds: 0.4) { _, _ in }
            #expect(outcome.frames + outcome.skipped == 40)
            #expect(outcome.messages == 2 * outcome.frames)
            let messages = try await client.first(outcome.messages) { $0.topic.hasPrefix("robots/") }
            let stamps = try messages.map { message in
                var skeletons = SkeletonMessage()
                try skeletons.decode(message.payload)
                #expect(skeletons.bodies.count == (message.topic == "robots/r1/skeletons" ? 2 : 1))
                return (topic: message.topic, stamp: try #require(skeletons.stamp))
            }
            expectPeriods(stamps, rate: 100, topics: ["robots/r1/skeletons", "robots/r2/skeletons"])
        }
    }

    @Test("cameras publish a JPEG per frame, with its stamp and its frame of reference")
    func frames() async throws {
        try await withBroker { broker, client in
            var options = CameraScene.Options(robots: 2, people: 2)
            (options.camera.width, options.camera.height) = (160, 120)
            var simulator = try Simulator(
                view: .frames(Film(CameraScene(options))),
                configuration: .init(host: "127.0.0.1", port: broker.port, clientIdentifier: "cameras"),
                watches: false)
            let outcome = try simulator.run(rate: 20, seconds: 0.5) { _, _ in }
            #expect(outcome.frames + outcome.skipped == 10)
            let messages = try await client.first(outcome.messages) { $0.topic.hasPrefix("robots/") }
            let stamps = try messages.map { message in
                #expect(message.payload.starts(with: [0xFF, 0xD8]))
                #expect(message.userProperty("frame_id") == "\(message.topic.split(separator: "/")[1])/front")
                return (
                    topic: message.topic,
                    stamp: try #require(message.userProperty("stamp").flatMap(Double.init))
                )
            }
            let topics = ["robots/r1/cameras/front/frame", "robots/r2/cameras/front/frame"]
            expectPeriods(stamps, rate: 20, topics: topics)
        }
    }

    /// That the stamps of each topic grow by whole periods.
    private func expectPeriods(_ stamps: [(topic: String, stamp: Double)], rate: Double, topics: [String]) {
        let byTopic = Dictionary(grouping: stamps, by: \.topic)
        #expect(byTopic.keys.sorted() == topics)
        for stamps in byTopic.values {
            for (earlier, later) in zip(stamps, stamps.dropFirst()) {
                let frames = (later.stamp - earlier.stamp) * rate
                #expect(frames > 0.5 && abs(frames - frames.rounded()) < 1e-3)
            }
        }
    }
}
