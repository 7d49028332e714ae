import Foundation
import Messaging
import Storage

/// What a job came to, as far as the model registry tells: a child that was ended at the wrong moment may have
/// registered and promoted a version without having said so.
struct TrainingOutcome: Equatable {
    let state: TrainingMessage.State
    let reason: String
    /// The version that the job made.
    let model: Int
    let metrics: [String: Double]

    /// - Parameters:
    ///   - job: as the store has it.
    ///   - versions: the registry's, oldest first.
    ///   - aliases: who serves now.
    /// - Returns: Nil where the job made no version.
    init?(of job: TrainingJob, versions: [ModelMetadata], aliases: ModelAliases) {
        // Jobs of another store, which had this registry before, may have the same numbers.
        guard let made = versions.last(where: { $0.job == job.id && $0.created >= job.created }) else {
            return nil
        }
        (model, metrics) = (made.version, made.metrics)
        guard made.decision.isAccepted else {
            (state, reason) = (.rejected, made.decision.reason)
            return
        }
        let request = try? JSONDecoder().decode(RetrainRequest.self, from: Data(job.request.utf8))
        let mayServe = request?.activate != .never && !aliases.pinned.contains(aliases.serving)
        guard mayServe, aliases.serving != made.version, aliases.previous != made.version else {
            (state, reason) = (.succeeded, made.decision.reason)
            return
        }
        state = .failed
        reason =
            "it ended before version \(made.version), which is better, was served; activate it, or retrain"
    }
}

extension ModelManager {
    /// What the registry tells of a job's end; nil where there is no registry, or no version of the job's.
    func outcome(of job: TrainingJob) -> TrainingOutcome? {
        registry.flatMap { TrainingOutcome(of: job, versions: $0.versions(), aliases: $0.aliases()) }
    }
}
