import Messaging
import Simulation
import TestSupport
import Testing

@testable import gaitctl

@Suite("Simulator", .enabled(if: TestBroker.isInstalled, "mosquitto is absent"))
struct SimulatorTests {
    @Test("robots publish one message per frame, stamped at exact multiples of the period")
    func messages() throws {
        let broker = try TestBroker()
        let arrived = try BoundedQueue<MQTTMessage>(capacity: 1000)
        let listener = try listener(port: broker.port, arrived: arrived)
        defer { listener.stop(deadline: 1) }
        var simulator = try Simulator(
            view: .skeletons(SimulatedScene(.init(robots: 2, people: 3))),
            configuration: .init(host: "127.0.0.1", port: broker.port, clientIdentifier: "walkers"),
            watches: false)
        let outcome = try simulator.run(rate: 100, seconds: 0.4) { _, _ in }.publication
        #expect(outcome.frames + outcome.skipped == 40)
        #expect(outcome.messages == 2 * outcome.frames)
        let stamps = try stamps(arrived, count: outcome.messages)
        #expect(stamps.keys.sorted() == ["robots/r1/skeletons", "robots/r2/skeletons"])
        for stamps in stamps.values {
            for (earlier, later) in zip(stamps, stamps.dropFirst()) {
                let frames = (later - earlier) * 100
                #expect(frames > 0.5 && abs(frames - frames.rounded()) < 1e-3)
            }
        }
    }

    @Test("cameras publish a JPEG per frame, with its stamp and its frame of reference")
    func frames() throws {
        let broker = try TestBroker()
        let arrived = try BoundedQueue<MQTTMessage>(capacity: 1000)
        let listener = try listener(port: broker.port, arrived: arrived)
        defer { listener.stop(deadline: 1) }
        var options = CameraScene.Options(robots: 2, people: 2)
        (options.camera.width, options.camera.height) = (160, 120)
        var simulator = try Simulator(
            view: .frames(Film(CameraScene(options))),
            configuration: .init(host: "127.0.0.1", port: broker.port, clientIdentifier: "cameras"),
            watches: false)
        let outcome = try simulator.run(rate: 20, seconds: 0.5) { _, _ in }.publication
        #expect(outcome.frames + outcome.skipped == 10)
        var stamps: [String: [Double]] = [:]
        let deadline = Arrival.monotonicSeconds() + 20
        while stamps.values.reduce(0, { $0 + $1.count }) < outcome.messages {
            let message = try #require(arrived.pop(until: deadline))
            guard message.topic != Self.probe else { continue }
            #expect(message.payload.starts(with: [0xFF, 0xD8]))
            let robot = message.topic.split(separator: "/")[1]
            #expect(message.userProperty("frame_id") == "\(robot)/front")
            let stamp = try #require(message.userProperty("stamp").flatMap(Double.init))
            stamps[message.topic, default: []].append(stamp)
        }
        #expect(stamps.keys.sorted() == ["robots/r1/cameras/front/frame", "robots/r2/cameras/front/frame"])
        for stamps in stamps.values {
            for (earlier, later) in zip(stamps, stamps.dropFirst()) {
                let frames = (later - earlier) * 20
                #expect(frames > 0.5 && abs(frames - frames.rounded()) < 1e-3)
            }
        }
    }

    /// A client whose subscription to all skeletons and frames stands.
    private func listener(port: Int, arrived: BoundedQueue<MQTTMessage>) throws -> MQTTClient {
        let listener = try MQTTClient(
            .init(host: "127.0.0.1", port: port, clientIdentifier: "listener"),
            onMessage: { _ = arrived.push($0) })
        try listener.subscribe("robots/+/cameras/+/frame")
        try listener.subscribe("robots/+/skeletons")
        try listener.start()
        try #require(listener.waitUntilConnected(seconds: 20))
        // A message of our own comes back once the subscription stands.
        let deadline = Arrival.monotonicSeconds() + 20
        repeat {
            try #require(Arrival.monotonicSeconds() < deadline)
            try listener.publish(MQTTMessage(topic: Self.probe, payload: [1], qualityOfService: .atLeastOnce))
        } while arrived.pop(until: Arrival.monotonicSeconds() + 0.2) == nil
        return listener
    }

    /// The stamps of the next messages by topic, in the order of their arrival.
    private func stamps(_ arrived: BoundedQueue<MQTTMessage>, count: Int) throws -> [String: [Double]] {
        var stamps: [String: [Double]] = [:]
        var read = 0
        let deadline = Arrival.monotonicSeconds() + 20
        while read < count {
            let message = try #require(arrived.pop(until: deadline))
            guard message.topic != Self.probe else { continue }
            var skeletons = SkeletonMessage()
            try skeletons.decode(message.payload)
            #expect(skeletons.bodies.count == (message.topic == "robots/r1/skeletons" ? 2 : 1))
            stamps[message.topic, default: []].append(try #require(skeletons.stamp))
            read += 1
        }
        return stamps
    }

    private static let probe = "robots/probe/skeletons"
}
