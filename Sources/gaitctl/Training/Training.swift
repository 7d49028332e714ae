import Foundation
import Gait
import GaitModels
import Synchronization

/// One way to fit a model: the method, the network and the recipe.
struct Training: Sendable {
    let labels: [String]
    let method: TrainCommand.Method
    let configuration: STEPConfiguration
    let options: TrainingOptions
    let threads: Int

    /// Fits a model.
    ///
    /// - Parameter progress: told after every epoch of a network, from any thread; false to stop.
    func fit(
        _ gaits: [TrainingGait], validation: [TrainingGait], threads: Int,
        progress: @Sendable (TrainingProgress) -> Bool
    ) throws -> ModelTrainer.Result {
        switch method {
        case .svm:
            return .init(model: try ModelTrainer.svm(labels: labels, gaits, options: options), epochs: [])
        case .step:
            return try ModelTrainer.step(
                configuration, gaits, validation: validation, options: options, threads: threads,
                progress: progress)
        }
    }
}

/// The progress of several trainings side by side, as one line.
final class TrainingMonitor: Sendable {
    private let reporter = ProgressReporter()
    private let total: Int
    private let started = Date()
    private let done = Mutex(0)

    /// - Parameter total: the epochs of all trainings together.
    init(total: Int) { self.total = max(total, 1) }

    /// Counts an epoch; false once the operator wants to end.
    func epoch(_ name: String, _ progress: TrainingProgress) -> Bool {
        let count = done.withLock { value in
            value += 1
            return value
        }
        let elapsed = Date().timeIntervalSince(started)
        let left = elapsed / Double(count) * Double(max(total - count, 0))
        reporter.report(
            "\(name) epoch \(progress.epoch)/\(progress.epochs) loss \(rounded(progress.loss))"
                + (progress.validationLoss.map { " validation \(rounded($0))" } ?? "")
                + " · \(100 * count / total) %, about \(Int(left)) s left")
        return !Interruption.isRequested
    }

    /// Writes a line that stays.
    func note(_ text: String) { reporter.note(text) }

    /// Ends the rewritten line.
    func finish() { reporter.finish() }

    private func rounded(_ value: Float) -> String { String(format: "%.3f", value) }
}
