import Gait
import Messaging
import Testing

/// Thousands of random and damaged messages: the scanner and its slow twin must agree on each.
@Suite("Skeleton message against its twin")
struct SkeletonMessageTwinTests {
    @Test(
        "random messages are accepted and rejected alike, with the same values",
        arguments: 1...4 as ClosedRange<UInt64>)
    func random(seed: UInt64) {
        var generator = RandomSkeletonText(seed: seed)
        var message = SkeletonMessage()
        var accepted = 0
        for index in 0..<250 {
            let payload = Array(generator.message().utf8)
            accepted += compare(payload, &message, "seed \(seed), message \(index)") ? 1 : 0
        }
        // Both outcomes are met, or the comparison would be empty.
        #expect(accepted > 50 && accepted < 250)
    }

    @Test("damaged messages are accepted and rejected alike", arguments: 11...14 as ClosedRange<UInt64>)
    func damaged(seed: UInt64) {
        var generator = RandomSkeletonText(seed: seed)
        var message = SkeletonMessage()
        for index in 0..<1000 {
            let payload = generator.damaged(Array(generator.message().utf8))
            // Foundation guesses UTF-16 and UTF-32 from the first bytes; the protocol knows UTF-8 only.
            guard payload.first == UInt8(ascii: "{"), !payload.prefix(4).contains(0) else { continue }
            _ = compare(payload, &message, "seed \(seed), message \(index)")
        }
    }

    @Test("a message cut off anywhere is malformed")
    func truncated() {
        var generator = RandomSkeletonText(seed: 5)
        var message = SkeletonMessage()
        let payload = Array(generator.message().utf8)
        for count in 0..<payload.count where payload[count...].contains(where: { $0 > 0x20 }) {
            let rejection = #expect(throws: SkeletonRejection.self) {
                try message.decode(Array(payload[..<count]))
            }
            #expect(rejection?.reason == .malformedJSON)
        }
    }

    /// Returns whether the message was accepted.
    private func compare(_ payload: [UInt8], _ message: inout SkeletonMessage, _ name: String) -> Bool {
        let expected = ReferenceSkeletonDecoder.decode(payload)
        do throws(SkeletonRejection) {
            try message.decode(payload)
        } catch {
            let around = payload[max(0, error.byteOffset - 20)...].prefix(40)
            let name = "\(name): \(error) in \(String(decoding: around, as: UTF8.self))"
            if ReferenceSkeletonDecoder.departsFromGrammar(payload) { return false }
            if expected != nil { Issue.record("\(name)") }
            if error.reason == .malformedJSON, ReferenceSkeletonDecoder.json(payload) != nil {
                Issue.record("\(name)")
            }
            return false
        }
        guard let expected else {
            if ReferenceSkeletonDecoder.departsFromGrammar(payload) { return true }
            Issue.record("\(name) was accepted: \(String(decoding: payload, as: UTF8.self))")
            return true
        }
        #expect(message.bodies.map(\.id) == expected.ids, "\(name)")
        #expect(message.bodyRejections.total == expected.rejectedBodies, "\(name)")
        for (body, pose) in zip(message.bodies, expected.poses) {
            #expect(body.pose.present == pose.present, "\(name)")
            for joint in Joint.allCases {
                let difference = body.pose[joint] - pose[joint]
                let size = max(1, abs(pose[joint].x), abs(pose[joint].y), abs(pose[joint].z))
                #expect((difference * difference).sum().squareRoot() <= 1e-5 * size, "\(name)")
            }
        }
        return true
    }
}
