import Foundation
import GaitModels
import Storage
import Synchronization

/// Tells how far a retraining is: as lines of JSON on stdout, or for people on stderr. From any thread.
final class RetrainingProgress: Sendable {
    private struct State {
        var stage = RetrainingEvent.Stage.generator
        /// Epochs of the stage that are done, over all networks.
        var done = 0
        var total = 1
        /// Nothing is written after the last line.
        var isOver = false
    }

    private let job: Int64?
    private let started: Date
    private let shares: [RetrainingEvent.Stage: Double]
    /// Nil for people.
    private let write: (@Sendable (String) -> Void)?
    private let reporter = ProgressReporter()
    private let state = Mutex(State())

    /// - Parameters:
    ///   - hasGenerator: whether a generator is trained.
    ///   - write: takes the lines of JSON; nil where people read.
    init(job: Int64?, hasGenerator: Bool, started: Date = Date(), write: (@Sendable (String) -> Void)?) {
        (self.job, self.started, self.write) = (job, started, write)
        // Of the time, as measured with the usual numbers of epochs.
        shares =
            hasGenerator
            ? [.generator: 0.5, .synthesis: 0.02, .classifier: 0.45, .evaluation: 0.03]
            : [.generator: 0, .synthesis: 0, .classifier: 0.95, .evaluation: 0.05]
    }

    /// Writes to this process's stdout, each line at once.
    static func writeLine(_ line: String) {
        FileHandle.standardOutput.write(Data((line + "\n").utf8))
    }

    /// Begins a stage.
    ///
    /// - Parameter epochs: of all its networks together; 0 for a stage without.
    func begin(_ stage: RetrainingEvent.Stage, epochs: Int = 0) {
        state.withLock { state in
            (state.stage, state.done, state.total) = (stage, 0, max(epochs, 1))
            emit(event(state), &state)
        }
    }

    /// Counts an epoch; false once the work is to end.
    func epoch(_ training: TrainingProgress) -> Bool {
        state.withLock { state in
            state.done += 1
            var event = event(state)
            (event.epoch, event.epochs) = (training.epoch, training.epochs)
            event.loss = training.loss.isFinite ? training.loss : nil
            emit(event, &state)
        }
        return !Interruption.isRequested
    }

    /// Tells something that is neither progress nor the end.
    func note(_ text: String) {
        state.withLock { state in
            guard write != nil else { return reporter.note(text) }
            var event = event(state)
            event.note = text
            emit(event, &state)
        }
    }

    /// Writes the last line.
    func end(_ ending: TrainingJob.State, with change: (inout RetrainingEvent) -> Void) {
        state.withLock { state in
            var last = event(state)
            (last.state, last.eta) = (ending, nil)
            if ending == .succeeded || ending == .rejected { last.progress = 1 }
            change(&last)
            emit(last, &state)
            state.isOver = true
            reporter.finish()
        }
    }

    private func event(_ state: State) -> RetrainingEvent {
        var event = RetrainingEvent(job: job, stage: state.stage)
        for stage in RetrainingEvent.Stage.allCases {
            let share = shares[stage, default: 0]
            guard stage != state.stage else {
                event.progress += share * min(Double(state.done) / Double(state.total), 1)
                break
            }
            event.progress += share
        }
        let elapsed = Date().timeIntervalSince(started)
        // Earlier it is a guess.
        if event.progress > 0.02 { event.eta = (elapsed / event.progress * (1 - event.progress)).rounded() }
        event.progress = (event.progress * 1000).rounded() / 1000
        return event
    }

    private func emit(_ event: RetrainingEvent, _ state: inout State) {
        guard !state.isOver else { return }
        guard let write else {
            reporter.report(
                "\(event.stage?.rawValue ?? "") \(event.epoch.map { "epoch \($0)/\(event.epochs ?? 0) " } ?? "")"
                    + "· \(Int(event.progress * 100)) %\(event.eta.map { ", about \(Int($0)) s left" } ?? "")"
            )
            return
        }
        if let line = try? OutputOptions.encoded(event) { write(line) }
    }
}
