import Testing

@testable import Messaging

@Suite("Ring buffer")
struct RingBufferTests {
    @Test("elements come out in the order in which they went in, around the end of the storage")
    func order() {
        var buffer = RingBuffer<Int>(capacity: 3)
        var taken: [Int] = []
        for value in 0..<10 {
            buffer.append(value)
            if value % 2 == 1 { taken.append(buffer.removeFirst() ?? -1) }
        }
        while let value = buffer.removeFirst() { taken.append(value) }
        #expect(taken == taken.sorted())
        #expect(taken.last == 9)
        #expect(buffer.count == 0)
        #expect(buffer.removeFirst() == nil)
    }

    @Test("a full buffer gives the oldest back")
    func displaces() {
        var buffer = RingBuffer<Int>(capacity: 2)
        #expect(buffer.append(1) == nil)
        #expect(buffer.append(2) == nil)
        #expect(buffer.isFull)
        #expect(buffer.append(3) == 1)
        #expect(buffer.count == 2)
        #expect(buffer.removeFirst() == 2)
    }

    @Test("what was taken out is not kept alive")
    func releases() {
        final class Payload {}
        var buffer = RingBuffer<Payload>(capacity: 2)
        weak var payload: Payload?
        do {
            let strong = Payload()
            payload = strong
            buffer.append(strong)
        }
        #expect(payload != nil)
        _ = buffer.removeFirst()
        #expect(payload == nil)
    }
}
