import Messaging
import Testing

@testable import GaitNode

@Suite("What waits for the pipeline")
struct PipelineQueueTests {
    private let queue: PipelineQueue

    init() throws { queue = try PipelineQueue(topics: Topics(node: "n1"), capacity: 4) }

    private func push(_ robot: String, _ byte: UInt8) {
        queue.push(.message(MQTTMessage(topic: "robots/\(robot)/skeletons", payload: [byte])))
    }

    private func pop() -> UInt8? {
        guard case .message(let message)? = queue.pop(until: 0) else { return nil }
        return message.payload[0]
    }

    @Test("a robot that floods a full queue loses its own messages, counted by topic, and no other's")
    func flood() {
        push("r1", 0)
        for byte in UInt8(10)..<30 { push("loud", byte) }
        push("r1", 1)
        #expect(queue.dropped == 18)
        #expect(queue.takeLost() == ["robots/loud/skeletons": 18] && queue.takeLost().isEmpty)
        #expect([pop(), pop(), pop(), pop(), pop()] == [0, 28, 1, 29, nil])
    }

    @Test("a consumer that waits is woken without an input, and by the end")
    func wakes() {
        queue.wake()
        #expect(queue.pop(until: .infinity) == nil)
        push("r1", 7)
        queue.close()
        push("r1", 8)
        #expect(pop() == 7 && queue.pop(until: .infinity) == nil && queue.isClosed)
    }
}
