import Gait
import Messaging
import Testing

@testable import gaitctl

@Suite("Load crowd")
struct LoadCrowdTests {
    @Test("everybody is seen by one robot, and robots have phases of their own")
    func fleet() throws {
        let topics = try Topics(node: "n")
        let robots = LoadRobot.fleet(people: 60, share: 25, topics: topics)
        #expect(robots.count == 3)
        #expect(robots.flatMap(\.people).map(\.number).sorted() == Array(0..<60))
        #expect(robots.map(\.people.count).sorted() == [10, 25, 25])
        #expect(Set(robots.map(\.phase)).count == 3 && robots.allSatisfy { (0..<1).contains($0.phase) })
        #expect(robots.map(\.phase) == robots.map(\.phase).sorted())
    }

    @Test(
        "what is written is what gaitd decodes: people who walk, and go on walking when the walks begin anew")
    func messages() throws {
        let crowd = LoadCrowd(rate: 5)
        let robot = try #require(LoadRobot.fleet(people: 30, share: 30, topics: Topics(node: "n")).first)
        var payload = SkeletonPayload()
        var message = SkeletonMessage()
        for frame in [0, 1, 99, 100, 1234] {
            crowd.write(robot, frame: frame, stamp: 1_763_948_228.123456, to: &payload)
            try message.decode(payload.bytes)
            #expect(message.stamp == 1_763_948_228.123456)
            #expect(message.bodies.map(\.id) == (1...30).map { "\($0)" })
            #expect(message.bodies.allSatisfy { $0.pose.present == .all })
        }
    }
}
