import Gait
import TestSupport
import Testing

@testable import Storage

@Suite("Retraining jobs in the store")
struct RetrainingJobTests {
    private let folder: TemporaryFolder
    private let store: GaitStore

    init() throws {
        folder = try TemporaryFolder()
        store = try TestGaits.store(in: folder)
    }

    @Test("a job that was running is there after the daemon's end, and its end is written down")
    func survives() throws {
        #expect(try store.latestJob() == nil)
        var request = RetrainingRequest()
        (request.epochs, request.activate, request.origin) = (3, .never, .schedule)
        let job = try store.startJob(request, now: 1)
        #expect(job.state == .queued && job.request == request && job.created == 1)
        try store.updateJob(job.id, process: 42, stage: .classifier, fraction: 0.5, now: 2)
        try store.updateJob(job.id, fraction: 0.75, now: 3)
        try store.close()
        let again = try TestGaits.store(in: folder)
        let found = try #require(try again.unfinishedJobs().first)
        #expect(found.state == .running && found.process == 42 && found.started == 2)
        #expect(found.progress.stage == .classifier && found.progress.fraction == 0.75)
        let outcome = RetrainingOutcome(
            .rejected, reason: "not better", model: 4, metrics: ["gain": 0.5, "no": .nan])
        let ended = try again.finishJob(job.id, outcome, now: 9)
        #expect(ended.progress.outcome == outcome && ended.ended == 9 && ended.process == nil)
        #expect(ended.progress.metrics == ["gain": 0.5])
        #expect(try again.unfinishedJobs().isEmpty)
        #expect(try again.latestJob() == ended)
    }

    @Test("the first end counts, and nothing runs after it")
    func firstEnd() throws {
        let id = try store.startJob(RetrainingRequest()).id
        try store.finishJob(id, RetrainingOutcome(.cancelled))
        #expect(try store.finishJob(id, RetrainingOutcome(.failed, reason: "killed")).state == .cancelled)
        try store.updateJob(id, fraction: 1)
        #expect(try store.job(id).state == .cancelled)
    }

    @Test("unknown jobs are errors, and the last hundred are remembered")
    func remembered() throws {
        #expect(throws: StorageError.unknownJob(1)) { try store.job(1) }
        #expect(throws: StorageError.unknownJob(1)) { try store.updateJob(1) }
        #expect(throws: StorageError.unknownJob(1)) { try store.finishJob(1, RetrainingOutcome(.failed)) }
        for _ in 0..<105 { _ = try store.startJob(RetrainingRequest()) }
        #expect(try store.unfinishedJobs().map(\.id) == Array(6...105))
    }
}
