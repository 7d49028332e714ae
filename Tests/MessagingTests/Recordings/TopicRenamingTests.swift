import Testing

@testable import Messaging

struct TopicRenamingTests {
    private func topic(_ topic: String, prefix: String? = nil, robot: String? = nil, all: Bool = false) throws
        -> String?
    {
        var renaming = TopicRenaming(
            recorded: try Topics(node: "n"), prefix: prefix, robot: robot, takesAll: all)
        return try renaming.topic(for: topic)
    }

    @Test("skeletons go to the same topic, another robot's, or another beginning")
    func skeletons() throws {
        #expect(try topic("robots/r1/skeletons") == "robots/r1/skeletons")
        #expect(try topic("robots/r1/skeletons", robot: "r9") == "robots/r9/skeletons")
        #expect(
            try topic("robots/r1/cameras/c/skeletons", prefix: "lab/b", robot: "x")
                == "lab/b/x/cameras/c/skeletons")
    }

    @Test("other topics are left out, unless all are wanted; those without a robot stay as they are")
    func others() throws {
        #expect(try topic("robots/r1/people/7/emotion") == nil)
        #expect(
            try topic("robots/r1/people/7/emotion", robot: "r9", all: true) == "robots/r9/people/7/emotion")
        #expect(try topic("gaitd/n1/state", prefix: "x", robot: "y", all: true) == "gaitd/n1/state")
    }

    @Test("two robots do not become one")
    func mixed() throws {
        var renaming = TopicRenaming(recorded: try Topics(node: "n"), robot: "r9")
        for _ in 0..<2 { _ = try renaming.topic(for: "robots/r1/skeletons") }
        let failure = try #require(throws: MessagingError.self) {
            try renaming.topic(for: "robots/r2/skeletons")
        }
        #expect(failure.description.contains("r1 and r2"))
    }
}
