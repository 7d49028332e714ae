import Messaging
import Testing

@testable import GaitNode

@Suite("Sources")
struct SourceRegistryTests {
    private let topics: Topics
    private var registry = SourceRegistry<Int>(limit: 8)

    init() throws {
        topics = try Topics(node: "n1")
    }

    private mutating func admit(
        _ robot: String, _ rejection: RejectionReason? = nil, at now: Double = 0,
        isInUse: (Int) -> Bool = { _ in false }, release: (Int) -> Void = { _ in }
    ) -> SourceRegistry<Int>.Admission {
        registry.admit(
            "robots/\(robot)/skeletons", as: topics.parseSkeletons, rejection: rejection, at: now,
            isInUse: isInUse, state: { Int($0.robot.dropFirst()) ?? -1 }, release: release)
    }

    private mutating func counts() -> [String: HealthMessage.Source] {
        var counts: [String: HealthMessage.Source] = [:]
        registry.report(elapsed: 1, now: 100, into: &counts)
        return counts
    }

    @Test("names from topics cannot fill the registry beyond its bound")
    mutating func bounded() {
        for number in 0..<1000 { _ = admit("r\(number)", .malformedJSON) }
        #expect(registry.entries.count == 8)
        #expect(counts()["other"]?.rejected == ["malformed_json": 992])
    }

    @Test("a valid source takes the place of one that never was valid, but not of a valid one")
    mutating func displacement() {
        for number in 0..<8 {
            #expect(admit("r\(number)") == .listed)
            registry.entries["robots/r\(number)/skeletons"]?.wasEverValid = number != 5
        }
        #expect(admit("bad", .malformedJSON, at: 1) == .rejected)
        var released: [Int] = []
        #expect(admit("r8", at: 1, release: { released.append($0) }) == .listed)
        #expect(released == [5])
        registry.entries["robots/r8/skeletons"]?.wasEverValid = true
        #expect(admit("r9", at: 1) == .tooManySources)
        #expect(counts()["other"]?.dropped == ["too_many_sources": 1])
        let idle = 1 + SourceRegistry<Int>.idleSeconds
        #expect(admit("r9", at: idle, isInUse: { _ in true }) == .tooManySources)
        #expect(admit("r9", at: idle) == .listed)
    }

    @Test("a robot with many sources, all in use, gives way to other robots until all have as many")
    mutating func shares() {
        func admit(
            _ robot: String, _ camera: Int, release: (Int) -> Void = { _ in }
        ) -> SourceRegistry<Int>.Admission {
            let topic = "robots/\(robot)/cameras/\(camera)/skeletons"
            let admission = registry.admit(
                topic, as: topics.parseSkeletons, at: 0, isInUse: { _ in true }, state: { _ in camera },
                release: release)
            registry.entries[topic]?.wasEverValid = true
            return admission
        }
        for camera in 0..<8 { #expect(admit("loud", camera) == .listed) }
        #expect(admit("loud", 8) == .tooManySources)
        var released: [Int] = []
        for camera in 0..<5 {
            let admission = admit("quiet", camera) { released.append($0) }
            #expect(admission == (camera < 4 ? .listed : .tooManySources))
        }
        #expect(released == [7, 6, 5, 4])
        #expect(admit("loud", 9) == .tooManySources)
        #expect(admit("third", 0) == .listed && registry.entries.count == 8)
    }

    @Test("a robot's new source does not take the place of another robot's that was not usable yet")
    mutating func newcomers() {
        for camera in 0..<7 {
            let topic = "robots/loud/cameras/c\(camera)/skeletons"
            _ = registry.admit(topic, as: topics.parseSkeletons, at: 0, state: { _ in 0 })
            registry.entries[topic]?.wasEverValid = true
        }
        #expect(admit("quiet") == .listed)
        #expect(
            registry.admit(
                "robots/loud/cameras/c9/skeletons", as: topics.parseSkeletons, at: 0, state: { _ in 0 })
                == .tooManySources)
        #expect(registry.entries["robots/quiet/skeletons"] != nil)
    }

    @Test("retained messages take free places only, and are counted with or without one")
    mutating func retained() {
        for number in 0..<20 {
            registry.countRetained(
                "robots/r\(number)/skeletons", as: topics.parseSkeletons, at: 0, state: { _ in number })
        }
        #expect(registry.entries.count == 8 && !registry.entries.values.contains { $0.wasEverValid })
        let counts = counts()
        #expect(counts["r7/skeletons"]?.dropped == ["retained": 1] && counts["r7/skeletons"]?.age == nil)
        #expect(counts["other"]?.dropped == ["retained": 12])
        #expect(admit("r50", at: 1) == .listed)
    }

    @Test("a topic that names no source has no place")
    mutating func invalidTopics() {
        for topic in ["robots/a b/skeletons", "robots/r1/people", "other/r1/skeletons"] {
            #expect(
                registry.admit(topic, as: topics.parseSkeletons, at: 0, state: { _ in 0 }) == .invalidTopic)
        }
        #expect(counts()["other"]?.rejected == ["invalid_topic": 3])
    }
}
