import Messaging
import Testing

@testable import GaitNode

@Suite("Limits of the pipeline")
struct PipelineLimitsTests {
    @Test("what waits for the pipeline takes at most 64 MB, even in a burst of large messages")
    func waiting() {
        #expect(PipelineLimits.queuedMessages * PipelineLimits.payloadBytes <= 64 << 20)
    }

    @Test("the largest message of the protocol fits: every body, 33 joints, numbers of full precision")
    func largestMessage() {
        let joint = "[-12.345678901234567, -12.345678901234567, -12.345678901234567, 0.12345678901234567], "
        let body = 33 * joint.utf8.count + 100
        #expect(SkeletonMessage.maximumBodies * body + 500 <= PipelineLimits.payloadBytes)
    }
}
