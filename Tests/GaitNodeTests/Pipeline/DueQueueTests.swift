import Messaging
import Testing

@testable import GaitNode

struct DueQueueTests {
    private let feed = SkeletonFeed(source: SkeletonSource(robot: "r1"), personTimeout: 3)

    private func person(_ name: String) -> Person {
        Person(name: name, topic: name, phase: 0, due: 0, seen: 0, stamp: 0)
    }

    @Test("people come out in batches in the order in which they became due")
    func order() {
        var queue = DueQueue()
        var batch: [DueQueue.Entry] = []
        for index in 0..<5 { queue.append(person("\(index)"), of: feed, message: index) }
        queue.takeBatch(limit: 2, into: &batch)
        #expect(batch.map(\.person.name) == ["0", "1"] && batch.map(\.message) == [0, 1])
        #expect(batch.allSatisfy { !$0.person.isWaiting })
        queue.append(person("5"), of: feed, message: 7)
        queue.takeBatch(limit: 8, into: &batch)
        #expect(batch.map(\.person.name) == ["2", "3", "4", "5"])
        #expect(queue.isEmpty)
        queue.takeBatch(limit: 8, into: &batch)
        #expect(batch.isEmpty)
    }

    @Test("whoever has left is passed over, and takes no place in a batch")
    func left() {
        var queue = DueQueue()
        var batch: [DueQueue.Entry] = []
        let people = ["a", "b", "c"].map(person)
        for person in people { queue.append(person, of: feed, message: 1) }
        #expect(people.allSatisfy { $0.isWaiting })
        people[0].isPresent = false
        queue.takeBatch(limit: 2, into: &batch)
        #expect(batch.map(\.person.name) == ["b", "c"])
    }

    @Test("a queue that never runs empty keeps its order")
    func longUse() {
        var queue = DueQueue()
        var batch: [DueQueue.Entry] = []
        var taken: [Int] = []
        for index in 0..<4000 {
            queue.append(person("\(index)"), of: feed, message: index)
            guard index > 10 else { continue }
            queue.takeBatch(limit: 1, into: &batch)
            taken += batch.map(\.message)
        }
        #expect(!queue.isEmpty)
        #expect(taken == Array(0..<taken.count))
    }
}
