import Gait
import Messaging
import Simulation
import Testing

@testable import gaitctl

struct SimulatedSceneTests {
    private func decoded(_ payload: [UInt8]) throws -> SkeletonMessage {
        var message = SkeletonMessage()
        try message.decode(payload)
        return message
    }

    @Test("people are dealt to the robots in turn, and emotions to the people")
    func dealing() {
        let scene = SimulatedScene(.init(robots: 2, people: 5, emotions: [.sad, .happy]))
        #expect(scene.people.map(\.robot) == ["r1", "r2", "r1", "r2", "r1"])
        #expect(scene.people.map(\.id) == ["1", "2", "3", "4", "5"])
        #expect(scene.people.map(\.walker.emotion) == [.sad, .happy, .sad, .happy, .sad])
    }

    @Test("a message is what gaitd decodes to the walkers' poses", arguments: SkeletonLayout.allCases)
    func decoding(layout: SkeletonLayout) throws {
        var scene = SimulatedScene(.init(robots: 2, people: 4, layout: layout))
        let messages = scene.messages(at: 1.5, stamp: 1_789_000_000.25)
        #expect(messages.map(\.robot) == ["r1", "r2"])
        for (robot, payload) in messages {
            let message = try decoded(payload)
            #expect(message.stamp == 1_789_000_000.25)
            #expect(message.layout == layout)
            let people = scene.people.filter { $0.robot == robot }
            #expect(message.bodies.map(\.id) == people.map(\.id))
            for (body, person) in zip(message.bodies, people) {
                let joints = layout.joints(of: person.walker.pose(at: 1.5))
                let expected = layout.pose { joints[$0] }
                #expect(body.pose.present == .all)
                for joint in Joint.allCases {
                    let offset = body.pose[joint] - expected[joint]
                    #expect((offset * offset).sum() < 1e-8)
                }
            }
        }
    }

    @Test("relative to the root every body's root is in the origin")
    func rootOrigin() throws {
        var scene = SimulatedScene(.init(robots: 1, people: 3, origin: .root))
        let message = try decoded(scene.messages(at: 4, stamp: 1).first?.payload ?? [])
        #expect(message.origin == .root)
        #expect(message.bodies.count == 3)
        for body in message.bodies { #expect(body.pose[.root] == .zero) }
    }

    @Test("keypoints are within the picture, side by side, wherever people walk", arguments: [1, 7, 60.0])
    func keypoints(seconds: Double) throws {
        var options = SimulatedScene.Options(robots: 2, people: 9, origin: .image)
        options.layout = .coco17
        options.confidence = 0.9
        var scene = SimulatedScene(options)
        let image = try #require(scene.camera?.image)
        let corner = SIMD2(image.width, image.height)
        for (message, count) in zip(scene.messages(at: seconds, stamp: 1), [5, 4]) {
            let message = try decoded(message.payload)
            #expect(message.origin == .image && message.image == image && message.bodies.count == count)
            let places = message.bodies.compactMap { ImagePose($0.pose).place?.x }
            #expect(places.count == count && places == places.sorted())
        }
        for body in scene.bodies(at: seconds).flatMap(\.bodies) {
            #expect(
                body.joints.allSatisfy {
                    $0.map { $0.x > 0 && $0.y > 0 && $0.x < corner.x && $0.y < corner.y } ?? true
                })
        }
    }

    @Test("ids, stamps and confidences are sent as asked for, in the sensor's own frame")
    func optionalFields() throws {
        var options = SimulatedScene.Options(robots: 1, people: 2)
        options.hasIDs = false
        options.confidence = 0.9
        options.frame = SensorFrame(units: .millimetre, up: .minusY, tilt: 30)
        var scene = SimulatedScene(options)
        let payload = scene.messages(at: 1, stamp: nil)[0].payload
        let text = String(decoding: payload, as: UTF8.self)
        #expect(!text.contains("\"id\"") && !text.contains("\"stamp\"") && text.contains(",0.9"))
        let message = try decoded(payload)
        #expect(message.stamp == nil && message.units == .millimetre && message.up == .minusY)
        #expect(message.orientation != nil)
        #expect(message.bodies.count == 2 && message.bodies.allSatisfy { $0.id == nil })
        let offset = message.bodies[0].pose[.head] - scene.people[0].walker.pose(at: 1)[.head]
        #expect((offset * offset).sum() < 1e-8)
    }

    @Test("dropped joints are missing, and a robot that sees no people says so")
    func missing() throws {
        var dropped = SimulatedScene(.init(robots: 1, people: 1, dropProbability: 0.5))
        let message = try decoded(dropped.messages(at: 0, stamp: 1)[0].payload)
        let present = message.bodies[0].pose.present.count
        #expect(present > 0 && present < 16)
        var lonely = SimulatedScene(.init(robots: 2, people: 1))
        #expect(try decoded(lonely.messages(at: 0, stamp: 1)[1].payload).bodies.isEmpty)
    }

    @Test("the same seed gives the same messages, another seed others")
    func seeds() {
        func payload(_ seed: UInt64) -> [UInt8] {
            var scene = SimulatedScene(.init(noise: 0.01, seed: seed))
            return scene.messages(at: 2, stamp: 5)[0].payload
        }
        #expect(payload(3) == payload(3))
        #expect(payload(3) != payload(4))
    }
}
