import Gait
import Messaging
import TestSupport
import Testing

@testable import GaitNode

@Suite("Skeletons of the people in view")
struct PoseMessagesTests {
    private let pose = WalkingFigure(id: nil, place: 2).pose(at: 0)

    private func decode(_ payload: [UInt8]?) throws -> SkeletonMessage {
        var message = SkeletonMessage()
        try message.decode(try #require(payload))
        return message
    }

    @Test("people with places are shown where they are, with a lifted one everybody is shown by the root")
    func origins() throws {
        var poses = PoseMessages()
        poses.note(pose, hasPlace: true, of: 1)
        let inWorld = try decode(
            poses.message(of: [(1, "7"), (2, "8")], robot: "r1", stamp: 12.5, now: 0))
        #expect(inWorld.bodies.map(\.id) == ["7"] && inWorld.origin == .world && inWorld.stamp == 12.5)
        #expect((inWorld.bodies[0].pose[.head] - pose[.head]).length < 1e-3)
        let root = pose[.root]
        let gait = Gait(
            validated: Joint.allCases.flatMap { joint in
                let place = pose[joint] - root
                return [place.x, place.y, place.z]
            })
        poses.note(lifted: gait, of: 2)
        let mixed = try decode(poses.message(of: [(1, "7"), (2, "8")], robot: "r1", stamp: 13, now: 1))
        #expect(mixed.bodies.map(\.id) == ["7", "8"] && mixed.origin == .root)
        for body in mixed.bodies { #expect((body.pose[.head] - (pose[.head] - root)).length < 1e-3) }
        poses.forget(2)
        let after = try decode(poses.message(of: [(1, "7"), (2, "8")], robot: "r1", stamp: 14, now: 2))
        #expect(after.bodies.map(\.id) == ["7"] && after.origin == .world)
    }

    @Test(
        "a steady source of 30 frames a second loses none, a faster one is thinned out",
        arguments: [30.0, 90])
    func rate(rate: Double) {
        var poses = PoseMessages()
        poses.note(pose, hasPlace: true, of: 1)
        var generator = SeededGenerator(seed: 1)
        let count = (0..<Int(10 * rate)).count { frame in
            let now = (Double(frame) + Double.random(in: -0.2...0.2, using: &generator)) / rate
            return poses.message(of: [(1, "7")], robot: "r1", stamp: now, now: now) != nil
        }
        #expect((298...301).contains(count))
    }
}
