import Gait
import Messaging
import TestSupport
import Testing

@Suite("A skeleton message with anything changed")
struct SkeletonFuzzingTests {
    @Test("is decoded within its bounds or refused by a reason, and leaves no memory behind")
    func mutations() async {
        await #expect(processExitsWith: .success) {
            FuzzedProcess.limit()
            var texts = RandomSkeletonText(seed: 7)
            let originals = (0..<200).map { _ in Array(texts.message().utf8) }
            var mutations = Mutations(
                originals, tokens: JSONTokens.all + SkeletonFuzzingTests.tokens,
                using: SeededGenerator(seed: 7))
            var message = SkeletonMessage()
            var reasons: Set<RejectionReason> = []
            var (decoded, bodies, held) = (0, 0, 0)
            for number in 0..<FuzzedProcess.cases {
                if number == FuzzedProcess.cases / 10 { held = FuzzedProcess.residentBytes() }
                let payload = mutations.next()
                do throws(SkeletonRejection) {
                    try message.decode(payload)
                    decoded += 1
                    bodies += message.bodies.count
                    SkeletonFuzzingTests.check(message)
                } catch {
                    reasons.insert(error.reason)
                    #expect(message.bodies.isEmpty)
                }
            }
            #expect(FuzzedProcess.residentBytes() - held < FuzzedProcess.mostGrowth)
            #expect(decoded > FuzzedProcess.cases / 20 && decoded < FuzzedProcess.cases * 9 / 10)
            #expect(bodies > 0 && reasons.count > 8, "\(reasons)")
        }
    }

    static let tokens = [
        "\"bodies\":", "\"layout\":\"zed38\"", "\"joints\":[]", "\"id\":\"a\"", "\"stamp\":", "\"up\":\"z\"",
        "\"orientation\":[0,0,0,1]", "\"origin\":\"root\"", "[1,2,3]", "[1,2,3,0.5]",
    ]

    /// What later stages rely on.
    static func check(_ message: SkeletonMessage) {
        #expect(message.bodies.count <= SkeletonMessage.maximumBodies)
        if let stamp = message.stamp { #expect(stamp.isFinite) }
        for body in message.bodies {
            for joint in Joint.allCases where body.pose.present.contains(joint) {
                let position = body.pose[joint]
                #expect(position.x.isFinite && position.y.isFinite && position.z.isFinite)
            }
        }
    }
}
