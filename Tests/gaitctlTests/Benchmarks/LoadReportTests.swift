import Gait
import Messaging
import Testing

@testable import gaitctl

@Suite("Load samples")
struct LoadSampleTests {
    private func sample(_ arrived: Double, milliseconds: Double) -> LoadSample {
        LoadSample(published: arrived - milliseconds / 1000, arrived: arrived)
    }

    @Test("latencies are in milliseconds")
    func latency() {
        let latency = LoadLatency((1...100).map { sample(10, milliseconds: Double($0)) })
        #expect(abs(latency.p50Ms - 50) < 1e-6 && abs(latency.p99Ms - 99) < 1e-6)
        #expect(abs(latency.maxMs - 100) < 1e-6)
        #expect(LoadLatency([]).p99Ms == 0)
    }

    @Test("recovery is the first second in which nearly all is in time")
    func recovery() throws {
        let late = (0..<10).map { sample(100 + Double($0) / 10, milliseconds: 400) }
        let good = (0..<60).map { sample(101 + Double($0) / 20, milliseconds: 20) }
        let found = try #require(LoadLatency.recovery(late + good, from: 100, to: 104))
        #expect((0.9...1.1).contains(found))
        #expect(LoadLatency.recovery(good, from: 101, to: 104) == 0)
        #expect(LoadLatency.recovery(late, from: 100, to: 104) == nil)
    }
}

struct LoadSearchTests {
    @Test("the largest number is found within a twentieth", arguments: [1, 2, 7, 63, 64, 65, 150, 299, 511])
    func found(largest: Int) async {
        var tried: [Int] = []
        let found = await LoadBench.search(limit: 512) { people in
            tried.append(people)
            return people <= largest
        }
        #expect(found <= largest && Double(found) >= Double(largest) * 0.95 - 1, "\(tried)")
        #expect(tried.count <= 12, "\(tried)")
        #expect(Set(tried).count == tried.count, "\(tried)")
    }

    @Test("none is 0, all is the limit, and nothing beyond it is tried")
    func ends() async {
        #expect(await LoadBench.search(limit: 512) { _ in false } == 0)
        var most = 0
        let found = await LoadBench.search(limit: 500) { people in
            most = max(most, people)
            return true
        }
        #expect(found == 500 && most == 500)
    }
}

struct LoadCrowdTests {
    @Test("everybody is seen by one robot, and robots have phases of their own")
    func fleet() throws {
        let topics = try Topics(node: "n")
        let robots = LoadCrowd(rate: 5, share: 25).robots(people: 60, topics: topics)
        #expect(robots.count == 3)
        #expect(robots.flatMap(\.people).sorted() == Array(0..<60))
        #expect(robots.map(\.people.count).sorted() == [10, 25, 25])
        #expect(Set(robots.map(\.phase)).count == 3 && robots.allSatisfy { (0..<1).contains($0.phase) })
        #expect(robots.map(\.phase) == robots.map(\.phase).sorted())
    }

    @Test("robots beyond the people see none")
    func empty() throws {
        let robots = LoadCrowd(rate: 5, share: 1, leastRobots: 3).robots(
            people: 2, topics: try Topics(node: "n"))
        #expect(robots.map(\.people.count).sorted() == [0, 1, 1])
    }

    @Test(
        "gaitd decodes what is written: people who walk, and go on walking when the walks begin again")
    func messages() throws {
        let crowd = LoadCrowd(rate: 5, share: 30)
        let robot = try #require(crowd.robots(people: 30, topics: Topics(node: "n")).first)
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
