import Foundation
import TestSupport
import Testing

@testable import Storage

struct TrainingJobTests {
    private let folder: TemporaryFolder
    private let store: GaitStore

    init() throws {
        folder = try TemporaryFolder()
        store = try TestGaits.store(in: folder)
    }

    @Test("a job that was running is there after the daemon's end, and its end is written down")
    func survives() throws {
        #expect(try store.latestJob() == nil)
        let job = try store.startJob(request: #"{"epochs":3}"#, now: 1)
        #expect(job.state == .queued && job.request == #"{"epochs":3}"# && job.created == 1)
        try store.updateJob(job.id, process: 42, stage: "classifier", progress: 0.5, now: 2)
        try store.updateJob(job.id, progress: 0.75, now: 3)
        try store.close()
        let again = try TestGaits.store(in: folder)
        let found = try #require(try again.unfinishedJobs().first)
        #expect(found.state == .running && found.process == 42 && found.started == 2)
        #expect(found.stage == "classifier" && found.progress == 0.75)
        let ended = try again.finishJob(
            job.id, as: .rejected, reason: "not better", model: 4, metrics: ["gain": 0.5, "no": .nan], now: 9)
        #expect(ended.state == .rejected && ended.ended == 9 && ended.process == nil && ended.model == 4)
        #expect(ended.reason == "not better" && ended.metrics == ["gain": 0.5])
        #expect(try again.unfinishedJobs().isEmpty)
        #expect(try again.latestJob() == ended)
    }

    @Test("the first end counts, and nothing runs after it")
    func firstEnd() throws {
        let id = try store.startJob(request: "").id
        try store.finishJob(id, as: .cancelled)
        #expect(try store.finishJob(id, as: .failed, reason: "killed").state == .cancelled)
        try store.updateJob(id, progress: 1)
        try store.requeueJob(id)
        #expect(try store.job(id).state == .cancelled)
    }

    @Test("a job can be put back into the queue")
    func requeued() throws {
        let id = try store.startJob(request: "").id
        try store.updateJob(id, process: 7, stage: "generator", progress: 0.1)
        try store.requeueJob(id)
        let job = try store.job(id)
        #expect(job.state == .queued && job.process == nil && job.stage == nil && job.progress == nil)
    }

    @Test("unknown jobs are errors, and the last hundred are remembered")
    func remembered() throws {
        #expect(throws: StorageError.unknownJob(1)) { try store.job(1) }
        #expect(throws: StorageError.unknownJob(1)) { try store.updateJob(1) }
        #expect(throws: StorageError.unknownJob(1)) { try store.finishJob(1, as: .failed) }
        for _ in 0..<105 { _ = try store.startJob(request: "") }
        #expect(try store.unfinishedJobs().map(\.id) == Array(6...105))
    }
}
