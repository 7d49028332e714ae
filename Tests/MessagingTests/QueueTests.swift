import Foundation
import Testing

@testable import Messaging

struct BoundedQueueTests {
    @Test("a full queue drops the oldest and counts it")
    func dropsOldest() throws {
        let queue = try BoundedQueue<Int>(capacity: 3)
        #expect((0..<3).allSatisfy { queue.push($0) })
        #expect(!queue.push(3))
        #expect(queue.dropped == 1)
        #expect(queue.count == 3)
        #expect((0..<3).map { _ in queue.pop(until: 0) } == [1, 2, 3])
        #expect(queue.pop(until: 0) == nil)
    }

    @Test("the consumer is woken by a push from another thread")
    func wakes() throws {
        let queue = try BoundedQueue<Int>(capacity: 3)
        Thread { queue.push(7) }.start()
        #expect(queue.pop(until: Arrival.monotonicSeconds() + 10) == 7)
    }

    @Test("a pop returns when its deadline has passed, and not before")
    func deadline() throws {
        let queue = try BoundedQueue<Int>(capacity: 3)
        let deadline = Arrival.monotonicSeconds() + 0.02
        #expect(queue.pop(until: deadline) == nil)
        #expect(Arrival.monotonicSeconds() >= deadline)
    }

    @Test("a closed queue gives out what it has, refuses more, and wakes the consumer")
    func close() throws {
        let queue = try BoundedQueue<Int>(capacity: 3)
        queue.push(1)
        queue.close()
        #expect(!queue.push(2))
        #expect(queue.isClosed)
        #expect(queue.pop() == 1)
        #expect(queue.pop() == nil)
        let waiting = try BoundedQueue<Int>(capacity: 3)
        Thread { waiting.close() }.start()
        #expect(waiting.pop() == nil)
    }

    @Test("nothing is lost between several producers and one consumer")
    func producers() throws {
        let queue = try BoundedQueue<Int>(capacity: 100_000)
        for producer in 0..<4 {
            Thread { for value in 0..<10_000 { queue.push(producer * 10_000 + value) } }.start()
        }
        var seen = Set<Int>()
        var last = [Int](repeating: -1, count: 4)
        var inOrder = true
        let deadline = Arrival.monotonicSeconds() + 30
        while seen.count < 40_000, let value = queue.pop(until: deadline) {
            seen.insert(value)
            inOrder = inOrder && value > last[value / 10_000]
            last[value / 10_000] = value
        }
        #expect(seen.count == 40_000)
        #expect(inOrder)
        #expect(queue.dropped == 0)
    }

    @Test("an offer is refused, and nothing dropped, where there is no room")
    func offers() throws {
        let queue = try BoundedQueue<Int>(capacity: 2)
        #expect(queue.offer(1) && queue.offer(2) && !queue.offer(3))
        #expect(queue.dropped == 0)
        #expect((0..<3).map { _ in queue.popIfPresent() } == [1, 2, nil])
    }

    @Test("an element that was taken out is not kept alive")
    func releases() throws {
        final class Payload: Sendable {}
        let queue = try BoundedQueue<Payload>(capacity: 2)
        weak var payload: Payload?
        do {
            let strong = Payload()
            payload = strong
            queue.push(strong)
        }
        #expect(payload != nil)
        _ = queue.popIfPresent()
        #expect(payload == nil)
    }
}

struct WakeSignalTests {
    @Test("a signal that was raised several times stays raised until it is lowered once")
    func staysRaised() throws {
        let signal = try WakeSignal()
        #expect(!signal.wait(until: 0))
        signal.raise()
        signal.raise()
        #expect(signal.wait(until: nil))
        #expect(signal.wait(until: nil))
        signal.lower()
        #expect(!signal.wait(until: 0))
        signal.raise()
        #expect(signal.wait(until: 0))
    }

    @Test("the other descriptor wakes too, and is told apart")
    func alongside() throws {
        let (signal, other) = (try WakeSignal(), try WakeSignal())
        let events = Int16(POLLIN)
        var result = signal.wait(alongside: other.descriptor, events: events, until: 0)
        #expect(!result.raised && result.otherEvents == 0)
        other.raise()
        result = signal.wait(
            alongside: other.descriptor, events: events, until: Arrival.monotonicSeconds() + 10)
        #expect(!result.raised && result.otherEvents == events)
        signal.raise()
        result = signal.wait(
            alongside: other.descriptor, events: events, until: Arrival.monotonicSeconds() + 10)
        #expect(result.raised && result.otherEvents == events)
    }
}
