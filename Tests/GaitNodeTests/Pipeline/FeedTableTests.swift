import Messaging
import Testing

@testable import GaitNode

@Suite("Sources")
struct FeedTableTests {
    private let topics: Topics

    init() throws { topics = try Topics(node: "n1") }

    @Test("names from topics cannot fill the table beyond its bound")
    func bounded() {
        var table = FeedTable(personTimeout: 3)
        for number in 0..<1000 {
            _ = table.feed(topic: "robots/r\(number)/skeletons", topics: topics, isValid: false, at: 0)
        }
        #expect(table.feeds.count == PipelineLimits.sources)
    }

    @Test("a valid source takes the place of one that never was valid, but not of a valid one")
    func displacement() {
        var table = FeedTable(personTimeout: 3)
        for number in 0..<PipelineLimits.sources {
            let feed = table.feed(topic: "robots/r\(number)/skeletons", topics: topics, isValid: true, at: 0)
            feed?.figures.noteArrival(at: 0)
            feed?.wasEverValid = number != 5
        }
        #expect(table.feed(topic: "robots/bad/skeletons", topics: topics, isValid: false, at: 1) == nil)
        let first = table.feed(topic: "robots/new1/skeletons", topics: topics, isValid: true, at: 1)
        first?.figures.noteArrival(at: 1)
        first?.wasEverValid = true
        #expect(first != nil)
        #expect(!table.feeds.contains { $0.source.robot == "r5" })
        #expect(table.feed(topic: "robots/new2/skeletons", topics: topics, isValid: true, at: 1) == nil)
        let idle = 1 + PipelineLimits.idleSource
        #expect(table.feed(topic: "robots/new2/skeletons", topics: topics, isValid: true, at: idle) != nil)
    }

    @Test("a topic that names no source has no place")
    func invalidTopics() {
        var table = FeedTable(personTimeout: 3)
        for topic in ["robots/a b/skeletons", "robots/r1/people", "other/r1/skeletons"] {
            #expect(table.feed(topic: topic, topics: topics, isValid: true, at: 0) == nil)
        }
    }
}
