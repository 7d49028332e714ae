import Foundation
import Messaging
import Testing

@Suite("Trainer and daemon, killed during a retraining", .timeLimit(.minutes(30)))
struct KilledRetrainingTests {
    /// How many moments are tried: `GAITD_KILL_MOMENTS`, or 200 where tests may take long, or a few.
    private static let count =
        environment["GAITD_KILL_MOMENTS"].flatMap { Int($0) }.map { max($0, 1) } ?? (isLong ? 200 : 4)
    private static let isLong = environment["GAITD_LONG_TESTS"] != nil
    private static let environment = ProcessInfo.processInfo.environment
    /// Moments after which everything begins anew: a better model is then promoted again, and the store stays small.
    private static let perNode = 10

    @Test(
        "at any moment: afterwards a model serves, every acknowledged label is there, the job is failed or finished"
    )
    func moments() async throws {
        let moments = KillMoment.moments(Self.count, seed: 1)
        var endings: [TrainingMessage.State: Int] = [:]
        for start in stride(from: 0, to: moments.count, by: Self.perNode) {
            let node = try await KillableNode(seed: UInt64(1000 + start), learnsWell: Self.isLong)
            let begun = Arrival.monotonicSeconds()
            let first = try await node.retrain()
            let state = try await node.check(job: first, from: 0, "undisturbed")
            #expect(state == .succeeded || (state == .rejected && !Self.isLong))
            let duration = Arrival.monotonicSeconds() - begun
            for moment in moments[start..<min(start + Self.perNode, moments.count)] {
                let before = node.client.log.messages.count
                try node.label()
                let job = try await node.retrain()
                try node.label()
                node.wait(for: moment, duration: duration)
                try node.kill(moment.victim, job: job)
                let state = try await node.check(job: job, from: before, "\(moment)")
                endings[state, default: 0] += 1
            }
            #expect(node.acknowledgedLabels > 0)
            try await node.stop()
        }
        #expect(Set(endings.keys).isSubset(of: [.failed, .succeeded, .rejected]), "\(endings)")
    }
}
