import Foundation
import Gait
import TestSupport
import Testing

@testable import Storage

@Suite("The end of a job according to the registry")
struct RegisteredOutcomeTests {
    private let folder: TemporaryFolder
    private let store: GaitStore
    private let registry: ModelRegistry

    init() throws {
        folder = try TemporaryFolder()
        store = try GaitStore(path: folder.path("gaits.sqlite"), minimumFreeBytes: 0)
        registry = try ModelRegistry(directory: folder.path("registry"), packaged: folder.path("none"))
    }

    private func add(_ version: Int, job: Int64?, isAccepted: Bool, created: Double = 20) throws {
        try registry.add(
            ModelMetadata(
                version: version, parent: 0, dataHash: "", gaits: [], metrics: ["gain": 0.2],
                decision: .init(isAccepted: isAccepted, reason: "because", figures: [:]), command: "",
                seed: 1, created: created, job: job), weights: Data([1]))
    }

    @Test("a job that registered nothing has none, even if other jobs registered versions")
    func nothing() throws {
        let job = try store.startJob(RetrainingRequest(), now: 10)
        try add(1, job: nil, isAccepted: true)
        try add(2, job: job.id + 1, isAccepted: true)
        // Of another store, before.
        try add(3, job: job.id, isAccepted: true, created: 5)
        #expect(registry.outcome(of: job) == nil)
    }

    @Test("its version was rejected, or is served, or was served until a rollback")
    func results() throws {
        let job = try store.startJob(RetrainingRequest(), now: 10)
        try add(1, job: job.id, isAccepted: false)
        let rejected = try #require(registry.outcome(of: job))
        #expect(rejected.state == .rejected && rejected.reason == "because" && rejected.model == 1)
        #expect(rejected.metrics == ["gain": 0.2])
        try add(2, job: job.id, isAccepted: true)
        _ = try registry.promote(2)
        #expect(registry.outcome(of: job)?.state == .succeeded)
        try registry.activate(1)
        #expect(registry.outcome(of: job)?.state == .succeeded)
    }

    @Test("a better version that did not come to serve is reported, unless it was not to serve")
    func unserved() throws {
        let job = try store.startJob(RetrainingRequest(), now: 10)
        try add(1, job: job.id, isAccepted: true)
        let unserved = try #require(registry.outcome(of: job))
        #expect(
            unserved.state == .failed && unserved.reason?.contains("version 1") == true && unserved.model == 1
        )
        var request = RetrainingRequest()
        request.activate = .never
        let candidate = try store.startJob(request, now: 10)
        try add(2, job: candidate.id, isAccepted: true)
        #expect(registry.outcome(of: candidate)?.state == .succeeded)
        try registry.pin(0)
        #expect(registry.outcome(of: job)?.state == .succeeded)
    }
}
