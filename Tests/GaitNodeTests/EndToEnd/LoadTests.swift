import Foundation
import Messaging
import TestSupport
import Testing

@testable import GaitNode

@Suite("A node with more to read than it has time for")
struct LoadTests {
    @Test("people who are due wait for messages, are counted, and are still read")
    func postponed() async throws {
        let broker = try TestBroker()
        let client = try TestClient(port: broker.port)
        let node = try TestNode(port: broker.port) { $0.pipeline.classifyEvery = 0.05 }
        let people = (1...64).map { WalkingFigure(id: "\($0)", place: Double($0)) }
        let source = walk(people, topic: "robots/r1/skeletons", client: client)
        defer { source.cancel() }
        let health = try await client.log.first(HealthMessage.self, on: "gaitd/n1/health") {
            $0.inference.postponed > 0 && $0.inference.windows > 0
        }
        #expect(health.people == 64)
        for person in ["1", "64"] {
            _ = try await client.log.first(EmotionMessage.self, on: "robots/r1/people/\(person)/emotion") {
                $0.state == .ok
            }
        }
        try await node.stop()
    }
}
