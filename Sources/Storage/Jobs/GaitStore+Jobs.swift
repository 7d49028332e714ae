import Foundation
import GRDB

extension GaitStore {
    /// How many jobs are remembered.
    private static let keptJobs = 100

    /// Writes down a job that is to be run.
    ///
    /// - Parameters:
    ///   - request: What was asked for; kept as it is.
    ///   - now: Seconds since the Unix epoch.
    package func startJob(
        request: String, now: Double = Date().timeIntervalSince1970
    ) throws(StorageError) -> TrainingJob {
        try writing { database in
            try database.execute(
                sql: "INSERT INTO job (request, state, created) VALUES (?, ?, ?)",
                arguments: [request, TrainingJob.State.queued.rawValue, now])
            let id = database.lastInsertedRowID
            try database.execute(sql: "DELETE FROM job WHERE id <= ?", arguments: [id - Int64(Self.keptJobs)])
            return try Self.job(id, database)
        }
    }

    /// Notes that a job runs, and how far it is. A job that is over stays as it is.
    ///
    /// - Parameters:
    ///   - process: The process that runs it; nil leaves what was noted before.
    ///   - progress: In 0...1.
    /// - Throws: ``StorageError/unknownJob(_:)``.
    package func updateJob(
        _ id: Int64, process: Int32? = nil, stage: String? = nil, progress: Double? = nil,
        now: Double = Date().timeIntervalSince1970
    ) throws(StorageError) {
        try writing { database in
            try database.execute(
                sql: """
                    UPDATE job SET state = 'running', started = COALESCE(started, ?), process = COALESCE(?, process),
                    stage = COALESCE(?, stage), progress = COALESCE(?, progress)
                    WHERE id = ? AND state IN ('queued', 'running')
                    """, arguments: [now, process, stage, progress, id])
            if database.changesCount == 0 { _ = try Self.job(id, database) }
        }
    }

    /// Puts a running job back into the queue, to be run again after its process or the daemon has ended.
    ///
    /// - Throws: ``StorageError/unknownJob(_:)``.
    package func requeueJob(_ id: Int64) throws(StorageError) {
        try writing { database in
            try database.execute(
                sql: """
                    UPDATE job SET state = 'queued', process = NULL, stage = NULL, progress = NULL
                    WHERE id = ? AND state IN ('queued', 'running')
                    """, arguments: [id])
            if database.changesCount == 0 { _ = try Self.job(id, database) }
        }
    }

    /// Notes how a job ended. The first end counts.
    ///
    /// - Parameters:
    ///   - state: One that is over.
    ///   - model: The version that it made.
    /// - Returns: the job as it is now.
    /// - Throws: ``StorageError/unknownJob(_:)``.
    @discardableResult
    package func finishJob(
        _ id: Int64, as state: TrainingJob.State, reason: String? = nil, model: Int? = nil,
        metrics: [String: Double] = [:], now: Double = Date().timeIntervalSince1970
    ) throws(StorageError) -> TrainingJob {
        precondition(state.isOver, "a job cannot end as \(state.rawValue)")
        return try writing { database in
            let text = String(
                decoding: try JSONEncoder().encode(metrics.filter(\.value.isFinite)), as: UTF8.self)
            try database.execute(
                sql: """
                    UPDATE job SET state = ?, ended = ?, process = NULL, reason = ?, model = ?, metrics = ?
                    WHERE id = ? AND state IN ('queued', 'running')
                    """, arguments: [state.rawValue, now, reason, model, text, id])
            return try Self.job(id, database)
        }
    }

    /// - Throws: ``StorageError/unknownJob(_:)``.
    package func job(_ id: Int64) throws(StorageError) -> TrainingJob {
        try reading { try Self.job(id, $0) }
    }

    /// The newest job; nil where there was none.
    package func latestJob() throws(StorageError) -> TrainingJob? {
        try reading { database in
            try Row.fetchOne(database, sql: "SELECT * FROM job ORDER BY id DESC LIMIT 1").map(Self.job)
        }
    }

    /// The jobs that are queued or were running when somebody last looked, oldest first.
    package func unfinishedJobs() throws(StorageError) -> [TrainingJob] {
        try reading { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM job WHERE state IN ('queued', 'running') ORDER BY id"
            ).map(Self.job)
        }
    }

    private static func job(_ id: Int64, _ database: Database) throws -> TrainingJob {
        guard let row = try Row.fetchOne(database, sql: "SELECT * FROM job WHERE id = ?", arguments: [id])
        else {
            throw StorageError.unknownJob(id)
        }
        return job(row)
    }

    private static func job(_ row: Row) -> TrainingJob {
        let state: String = row["state"]
        let metrics: String = row["metrics"]
        return TrainingJob(
            id: row["id"], request: row["request"],
            // A state of another version of this program: it does not run here.
            state: TrainingJob.State(rawValue: state) ?? .failed, stage: row["stage"],
            progress: row["progress"],
            created: row["created"], started: row["started"], ended: row["ended"], process: row["process"],
            reason: row["reason"], model: row["model"],
            metrics: (try? JSONDecoder().decode([String: Double].self, from: Data(metrics.utf8))) ?? [:])
    }
}
