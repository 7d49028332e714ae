import Foundation
import Gait
import GaitModels
import Synchronization

/// Reports the progress of a retraining: as ``RetrainingReport`` lines on stdout for gaitd, or for people on stderr.
/// For any thread.
final class RetrainingReporter: Sendable {
    private struct State {
        var stage = RetrainingStage.generator
        /// Epochs of the stage so far, over all networks.
        var done = 0
        var total = 1
        /// Nothing follows the last line.
        var isOver = false
    }

    private let job: Int64?
    private let started: Date
    private let shares: [RetrainingStage: Double]
    /// Nil for people.
    private let write: (@Sendable (String) -> Void)?
    private let reporter = ProgressReporter()
    private let state = Mutex(State())

    /// - Parameters:
    ///   - hasGenerator: whether a generator is trained.
    ///   - write: takes the lines of JSON; nil for people.
    init(job: Int64?, hasGenerator: Bool, started: Date = Date(), write: (@Sendable (String) -> Void)?) {
        (self.job, self.started, self.write) = (job, started, write)
        // Shares of the time, measured with the default numbers of epochs.
        shares =
            hasGenerator
            ? [.generator: 0.5, .synthesis: 0.02, .classifier: 0.45, .evaluation: 0.03]
            : [.generator: 0, .synthesis: 0, .classifier: 0.95, .evaluation: 0.05]
    }

    /// Writes a line to this process's stdout at once.
    static func writeLine(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    /// Begins a stage.
    ///
    /// - Parameter epochs: of all its networks together; 0 for a stage without epochs.
    func begin(_ stage: RetrainingStage, epochs: Int = 0) {
        state.withLock { state in
            (state.stage, state.done, state.total) = (stage, 0, max(epochs, 1))
            emit(report(state), &state)
        }
    }

    /// Counts an epoch.
    func count(_ training: TrainingProgress) {
        state.withLock { state in
            state.done += 1
            var report = report(state)
            (report.progress.epoch, report.progress.epochs) = (training.epoch, training.epochs)
            // As short as the Float itself.
            report.progress.loss = training.loss.isFinite ? Double("\(training.loss)") : nil
            emit(report, &state)
        }
    }

    /// Tells something that is neither progress nor the end.
    func note(_ text: String) {
        state.withLock { state in
            guard write != nil else { return reporter.note(text) }
            var report = report(state)
            report.note = text
            emit(report, &state)
        }
    }

    /// Writes the last line.
    ///
    /// - Parameters:
    ///   - stage: where the retraining ended; nil for the current stage.
    ///   - isServing: whether the version that it made serves now.
    func end(_ outcome: RetrainingOutcome, stage: RetrainingStage? = nil, isServing: Bool? = nil) {
        state.withLock { state in
            var last = report(state)
            last.progress.end(outcome)
            last.progress.stage = stage ?? last.progress.stage
            if outcome.state == .succeeded || outcome.state == .rejected { last.progress.fraction = 1 }
            last.isServing = isServing
            emit(last, &state)
            state.isOver = true
            reporter.finish()
        }
    }

    private func report(_ state: State) -> RetrainingReport {
        let earlier = RetrainingStage.allCases.prefix { $0 != state.stage }
        let fraction =
            earlier.reduce(0.0) { $0 + shares[$1, default: 0] }
            + shares[state.stage, default: 0] * min(Double(state.done) / Double(state.total), 1)
        var progress = RetrainingProgress(.running, stage: state.stage)
        let elapsed = Date().timeIntervalSince(started)
        // Earlier it is a guess.
        if fraction > 0.02 { progress.eta = (elapsed / fraction * (1 - fraction)).rounded() }
        progress.fraction = (fraction * 1000).rounded() / 1000
        return RetrainingReport(job: job, progress: progress)
    }

    private func emit(_ report: RetrainingReport, _ state: inout State) {
        guard !state.isOver else { return }
        guard let write else {
            let progress = report.progress
            reporter.report(
                "\(progress.stage?.rawValue ?? "") \(progress.epoch.map { "epoch \($0)/\(progress.epochs ?? 0) " } ?? "")"
                    + "· \(Int((progress.fraction ?? 0) * 100)) %\(progress.eta.map { ", about \(Int($0)) s left" } ?? "")"
            )
            return
        }
        if let line = try? OutputOptions.encoded(report) { write(line) }
    }
}
