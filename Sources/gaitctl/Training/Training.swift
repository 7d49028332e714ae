import Foundation
import Gait
import GaitModels
import Synchronization

/// One way to fit a model: the method, the network and the recipe.
struct Training: Sendable {
    let labels: [String]
    let method: TrainCommand.Method
    let configuration: STEPConfiguration
    var options: TrainingOptions
    /// What every network learns first.
    var pretraining: Pretraining?
    /// Gaits that are always trained on and never judged by, such as simulated ones.
    var further: [TrainingGait] = []
    /// Synthetic gaits that are trained on too, made anew for each set of training gaits.
    var synthetic: SyntheticGaits?
    let threads: Int

    /// Fits a model.
    ///
    /// - Parameters:
    ///   - validation: what the epoch and the temperature are chosen by; may be empty.
    ///   - heldOut: gaits that the model is judged by; nothing of their recordings is pretrained on either.
    ///   - progress: told after every epoch of a network, from any thread; false to stop.
    func fit(
        _ gaits: [TrainingGait], validation: [TrainingGait], heldOut: [TrainingGait] = [], threads: Int,
        progress: @Sendable (TrainingProgress) -> Bool
    ) throws -> ModelTrainer.Result {
        switch method {
        case .svm:
            let model = try ModelTrainer.svm(
                labels: labels, gaits, skeleton: configuration.skeleton, options: options)
            return .init(model: model, epochs: [])
        case .step:
            let judged = Set((validation + heldOut).map(\.recording))
            let made = try synthetic?.gaits(from: gaits, progress: progress) ?? []
            return try ModelTrainer.step(
                configuration, gaits, validation: validation, further: further + made,
                pretraining: pretraining?.without(recordings: judged), options: options, threads: threads,
                progress: progress)
        case .stepGen, .stepGenPaper, .baselineCVAE:
            throw CommandFailure.failure("\(method.rawValue) is a generator, which classifies nothing")
        }
    }

    /// The epochs of one model's networks together, for the progress.
    var epochsPerModel: Int {
        guard method == .step else { return 0 }
        let generator = synthetic?.options.epochs ?? 0
        return generator + configuration.members * (options.epochs + (pretraining?.epochs ?? 0))
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
