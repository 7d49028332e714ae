import Messaging
import Testing

@Suite("Topics")
struct TopicsTests {
    private let topics: Topics

    init() throws {
        topics = try Topics(node: "n1")
    }

    @Test("published topics are those of the protocol")
    func published() {
        #expect(topics.emotion(robot: "r1", person: "7") == "robots/r1/people/7/emotion")
        #expect(topics.people(robot: "r1") == "robots/r1/people")
        #expect(topics.state == "gaitd/n1/state")
        #expect(topics.info == "gaitd/n1/info")
        #expect(topics.health == "gaitd/n1/health")
        #expect(topics.training == "gaitd/n1/training")
        #expect(topics.request("model/list") == "gaitd/n1/request/model/list")
        #expect(topics.response("label") == "gaitd/n1/response/label")
    }

    @Test(
        "skeleton topics are read back",
        arguments: [
            SkeletonSource(robot: "r1"), SkeletonSource(robot: "r-2.b", camera: "front_left"),
        ])
    func skeletons(source: SkeletonSource) {
        #expect(topics.parseSkeletons(topics.skeletons(source)) == source)
    }

    @Test(
        "other topics and names that are not allowed are no sources",
        arguments: [
            "robots/r1/skeleton", "robots/r1/people/7/emotion", "robots//skeletons", "robots/skeletons",
            "other/r1/skeletons", "robots/r1/cameras//skeletons", "robots/r1/camera/c/skeletons",
            "robots/r 1/skeletons", "robots/\u{FC}/skeletons", "robots/r1/cameras/c/d/skeletons", "",
            "robots/\(String(repeating: "a", count: 65))/skeletons",
        ])
    func notSkeletons(topic: String) {
        #expect(topics.parseSkeletons(topic) == nil)
    }

    @Test("emotion topics are read back")
    func emotion() throws {
        let parsed = try #require(topics.parseEmotion("robots/r1/people/front-7/emotion"))
        #expect(parsed == ("r1", "front-7"))
        #expect(topics.parseEmotion("robots/r1/people/7") == nil)
        #expect(topics.parseEmotion("robots/r1/person/7/emotion") == nil)
    }

    @Test("prefixes may have several levels")
    func prefixes() throws {
        let topics = try Topics(node: "n1", robots: "site/a/robots", nodes: "site/a/gaitd")
        #expect(topics.state == "site/a/gaitd/n1/state")
        #expect(
            topics.skeletonFilters() == [
                "site/a/robots/+/skeletons", "site/a/robots/+/cameras/+/skeletons",
            ])
        #expect(topics.parseSkeletons("site/a/robots/r1/skeletons") == SkeletonSource(robot: "r1"))
        #expect(topics.parseSkeletons("robots/r1/skeletons") == nil)
    }

    @Test(
        "names and prefixes that could change a topic are refused", arguments: ["", "a/b", "+", "#", "a b"])
    func invalidNames(name: String) {
        #expect(!Topics.isValidName(name))
        #expect(throws: MessagingError.invalidName(kind: "node", value: name)) { try Topics(node: name) }
        if name != "a/b" {
            #expect(throws: MessagingError.self) { try Topics(node: "n", robots: name) }
        }
    }

    @Test("a person's name carries the camera's where there is one")
    func person() {
        #expect(SkeletonSource(robot: "r1").person(identifier: "7") == "7")
        #expect(SkeletonSource(robot: "r1", camera: "front").person(identifier: "7") == "front-7")
        #expect(SkeletonSource(robot: "r1").name == "skeletons")
    }
}
