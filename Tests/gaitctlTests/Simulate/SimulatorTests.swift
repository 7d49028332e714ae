import Messaging
import Testing

@testable import gaitctl

@Suite("Simulator", .enabled(if: hasMosquitto, "mosquitto is absent"))
struct SimulatorTests {
    @Test("robots publish one message per frame, stamped at exact multiples of the period")
    func messages() throws {
        let broker = try TestBroker()
        let arrived = try BoundedQueue<MQTTMessage>(capacity: 1000)
        let listener = try MQTTClient(
            .init(host: "127.0.0.1", port: broker.port, clientIdentifier: "listener"),
            onMessage: { _ = arrived.push($0) })
        try listener.subscribe("robots/+/skeletons")
        try listener.start()
        defer { listener.stop(deadline: 1) }
        try #require(listener.waitUntilConnected(seconds: 20))
        // A message of our own comes back once the subscription stands.
        let probe = MQTTMessage(topic: "robots/probe/skeletons", payload: [1], qualityOfService: .atLeastOnce)
        var isSubscribed = false
        while !isSubscribed {
            try listener.publish(probe)
            isSubscribed = arrived.pop(until: Arrival.monotonicSeconds() + 0.2) != nil
        }

        var simulator = try Simulator(
            scene: SimulatedScene(.init(robots: 2, people: 3)),
            configuration: .init(host: "127.0.0.1", port: broker.port, clientIdentifier: "walkers"),
            watches: false)
        let outcome = try simulator.run(rate: 100, seconds: 0.4) { _, _ in }
        #expect(outcome.frames + outcome.skipped == 40)
        #expect(outcome.published == 2 * outcome.frames)

        var stamps: [String: [Double]] = [:]
        let deadline = Arrival.monotonicSeconds() + 20
        while stamps.values.reduce(0, { $0 + $1.count }) < outcome.published {
            let message = try #require(arrived.pop(until: deadline))
            guard message.topic != probe.topic else { continue }
            var skeletons = SkeletonMessage()
            try skeletons.decode(message.payload)
            #expect(skeletons.bodies.count == (message.topic == "robots/r1/skeletons" ? 2 : 1))
            stamps[message.topic, default: []].append(try #require(skeletons.stamp))
        }
        for (_, stamps) in stamps {
            for (earlier, later) in zip(stamps, stamps.dropFirst()) {
                let frames = (later - earlier) * 100
                #expect(frames > 0.5 && abs(frames - frames.rounded()) < 1e-4)
            }
        }
    }
}
