import Testing

@testable import GaitNode

@Suite("When lists of people are published")
struct PeopleListsTests {
    private var lists = PeopleLists()

    private mutating func due(at now: Double, people: Set<String> = []) -> Set<String> {
        Set(lists.takeDue(at: now) { people.contains($0) })
    }

    @Test("a change is published at once, and further changes together a moment later")
    mutating func changes() {
        lists.noteChange(of: "r1")
        #expect(due(at: 5, people: ["r1"]) == ["r1"])
        for _ in 0..<10 { lists.noteChange(of: "r1") }
        lists.noteChange(of: "r2")
        #expect(due(at: 5.01) == ["r2"])
        #expect(lists.nextDue == 5 + PeopleLists.interval)
        #expect(due(at: lists.nextDue) == ["r1"] && lists.nextDue == .infinity)
    }

    @Test("a list with people is renewed before it expires, an empty one is not")
    mutating func renewal() {
        for robot in ["r1", "r2"] { lists.noteChange(of: robot) }
        _ = due(at: 0, people: ["r1"])
        #expect(due(at: PeopleLists.renewal - 1).isEmpty)
        #expect(due(at: PeopleLists.renewal, people: ["r1"]) == ["r1"])
        #expect(2 * PeopleLists.renewal < Double(PeopleLists.expiry))
        lists.noteLoss()
        #expect(due(at: PeopleLists.renewal + 1, people: ["r1"]) == ["r1", "r2"])
        #expect(lists.withPeople == ["r1"])
    }

    @Test("the empty list of a robot that fell silent is given up, once it was published")
    mutating func gone() {
        for robot in ["r1", "r2", "r3"] { lists.noteChange(of: robot) }
        #expect(lists.takeGone(after: 10, at: 100, lastArrivals: [:]).isEmpty)
        _ = due(at: 100, people: ["r2"])
        #expect(lists.takeGone(after: 10, at: 109, lastArrivals: [:]).isEmpty)
        #expect(lists.takeGone(after: 10, at: 110, lastArrivals: ["r3": 101]) == ["r1"])
        #expect(!lists.contains("r1") && lists.contains("r2") && lists.contains("r3"))
    }
}
