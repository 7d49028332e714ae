import Foundation
import GRDB
package import Gait

extension GaitStore {
    /// How many jobs the store remembers.
    private static let keptJobs = 100

    /// Stores a job that is about to run.
    ///
    /// - Parameter now: Seconds since the Unix epoch.
    package func startJob(
        _ request: RetrainingRequest, now: Double = Date().timeIntervalSince1970
    ) throws(StorageError) -> RetrainingJob {
        try writing { database in
            let encoder = JSONEncoder()
            encoder.outputFormatting = .sortedKeys
            let text = String(decoding: try encoder.encode(request), as: UTF8.self)
            try database.execute(
                sql: "INSERT INTO job (request, state, created) VALUES (?, ?, ?)",
                arguments: [text, RetrainingState.queued.rawValue, now])
            let id = database.lastInsertedRowID
            try database.execute(sql: "DELETE FROM job WHERE id <= ?", arguments: [id - Int64(Self.keptJobs)])
            return try Self.job(id, database)
        }
    }

    /// Records that a job is running, and its progress. A finished job is unchanged.
    ///
    /// - Parameters:
    ///   - process: The process that runs it; nil keeps the number from before, like the other parameters.
    ///   - fraction: In 0...1.
    /// - Returns: the job as it is now.
    /// - Throws: ``StorageError/unknownJob(_:)``.
    @discardableResult
    package func updateJob(
        _ id: Int64, process: Int32? = nil, stage: RetrainingStage? = nil, fraction: Double? = nil,
        now: Double = Date().timeIntervalSince1970
    ) throws(StorageError) -> RetrainingJob {
        try writing { database in
            try database.execute(
                sql: """
                    UPDATE job SET state = 'running', started = COALESCE(started, ?), process = COALESCE(?, process),
                    stage = COALESCE(?, stage), progress = COALESCE(?, progress)
                    WHERE id = ? AND state IN ('queued', 'running')
                    """, arguments: [now, process, stage?.rawValue, fraction, id])
            return try Self.job(id, database)
        }
    }

    /// Notes how a job ended. Only gaitd calls this; the first end counts.
    ///
    /// - Returns: the job as it is now.
    /// - Throws: ``StorageError/unknownJob(_:)``.
    @discardableResult
    package func finishJob(
        _ id: Int64, _ outcome: RetrainingOutcome, now: Double = Date().timeIntervalSince1970
    ) throws(StorageError) -> RetrainingJob {
        try writing { database in
            let metrics = String(decoding: try JSONEncoder().encode(outcome.metrics ?? [:]), as: UTF8.self)
            try database.execute(
                sql: """
                    UPDATE job SET state = ?, ended = ?, process = NULL, reason = ?, model = ?, metrics = ?
                    WHERE id = ? AND state IN ('queued', 'running')
                    """,
                arguments: [outcome.state.rawValue, now, outcome.reason, outcome.model, metrics, id])
            return try Self.job(id, database)
        }
    }

    /// - Throws: ``StorageError/unknownJob(_:)``.
    package func job(_ id: Int64) throws(StorageError) -> RetrainingJob {
        try reading { try Self.job(id, $0) }
    }

    /// The newest job; nil if there is none.
    package func latestJob() throws(StorageError) -> RetrainingJob? {
        try reading { database in
            try Row.fetchOne(database, sql: "SELECT * FROM job ORDER BY id DESC LIMIT 1").map(Self.job)
        }
    }

    /// The jobs without a known end, oldest first.
    package func unfinishedJobs() throws(StorageError) -> [RetrainingJob] {
        try reading { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM job WHERE state IN ('queued', 'running') ORDER BY id"
            ).map(Self.job)
        }
    }

    private static func job(_ id: Int64, _ database: Database) throws -> RetrainingJob {
        guard let row = try Row.fetchOne(database, sql: "SELECT * FROM job WHERE id = ?", arguments: [id])
        else {
            throw StorageError.unknownJob(id)
        }
        return job(row)
    }

    private static func job(_ row: Row) -> RetrainingJob {
        func decoded<Value: Decodable>(_ type: Value.Type, _ column: String) -> Value? {
            let text: String = row[column]
            return try? JSONDecoder().decode(type, from: Data(text.utf8))
        }
        let (state, stage): (String, String?) = (row["state"], row["stage"])
        // A state of another version of this program does not run here.
        var progress = RetrainingProgress(
            RetrainingState(rawValue: state) ?? .failed, stage: stage.flatMap(RetrainingStage.init),
            fraction: row["progress"])
        (progress.reason, progress.model) = (row["reason"], row["model"])
        progress.metrics = decoded([String: Double].self, "metrics").flatMap { $0.isEmpty ? nil : $0 }
        return RetrainingJob(
            id: row["id"], request: decoded(RetrainingRequest.self, "request"), progress: progress,
            created: row["created"], started: row["started"], ended: row["ended"], process: row["process"])
    }
}

extension ModelRegistry {
    /// How a job ended according to its version: a child that was killed may have registered and promoted one without
    /// reporting it.
    ///
    /// - Returns: Nil if the job made no version.
    package func outcome(of job: RetrainingJob) -> RetrainingOutcome? {
        // Another store that used this registry before may have had the same numbers.
        guard let made = versions().last(where: { $0.job == job.id && $0.created >= job.created }) else {
            return nil
        }
        let aliases = aliases()
        let mayServe = job.request?.activate != .never && !aliases.pinned.contains(aliases.serving)
        let hasServed = [aliases.serving, aliases.previous].contains(made.version)
        var outcome = RetrainingOutcome(
            made.decision.isAccepted ? .succeeded : .rejected, reason: made.decision.reason,
            model: made.version, metrics: made.metrics)
        if made.decision.isAccepted, mayServe, !hasServed {
            outcome.state = .failed
            outcome.reason =
                "it ended before version \(made.version), which is better, could serve; activate it, or retrain"
        }
        return outcome
    }
}
