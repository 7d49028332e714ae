import Foundation
import Gait
import GaitModels

/// Trains one model and writes it with the record of how it came to be.
struct SingleTraining {
    let training: Training
    /// The share of recordings held out for validation.
    let share: Double
    /// By how many folds the probabilities are calibrated; nil to calibrate by the validation split alone.
    let calibrationFolds: Int?
    let version: Int
    /// The data set's name.
    let dataset: String

    /// What `gaitctl train --out` prints.
    struct Report: Encodable {
        let out: String
        let seconds: Double
        let epochs: [Int]
        let trainingGaits: Int
        let validationGaits: Int
        let temperature: Float
        /// The confidence below which the model abstains; null where nothing was held out.
        let threshold: Float?
        /// Null where nothing was held out.
        let validation: ClassificationReport?
        /// What the folds gave; null without them.
        let folds: FoldedReport?

        enum CodingKeys: String, CodingKey {
            case out, seconds, epochs, temperature, threshold, validation, folds
            case trainingGaits = "training_gaits"
            case validationGaits = "validation_gaits"
        }

        var text: String {
            let judged =
                (folds.map { "folds: \($0.text)\n" } ?? "")
                + (validation.map { "validation: \($0.text)\n" } ?? "")
            return
                "\(judged)wrote \(out): \(trainingGaits) gaits, \(validationGaits) held out, \(Int(seconds)) s"
        }
    }

    /// - Throws: `CommandFailure.interrupted` after Ctrl-C; nothing is written then. `CommandFailure.failure`
    ///   before the training where no file can be written to `out`.
    func run(_ gaits: [TrainingGait], writingTo out: String) throws -> Report {
        try Self.check(out)
        let started = Date()
        let held = GroupSplit.heldOut(gaits, share: share, seed: training.options.seed)
        let kept = gaits.indices.filter { !held[$0] }.map { gaits[$0] }
        let validation = gaits.indices.filter { held[$0] }.map { gaits[$0] }
        let members = training.configuration.members
        let monitor = TrainingMonitor(total: training.epochsPerModel * (1 + (calibrationFolds ?? 0)))
        defer { monitor.finish() }
        let folded = try calibrationFolds.map {
            try FoldedTraining(training: training, folds: $0).run(gaits, monitor: monitor)
        }
        var fitted = try training.fit(kept, validation: validation, threads: training.threads) {
            monitor.epoch("network \($0.member + 1)/\(members)", $0)
        }
        try Interruption.check()
        if let folded { fitted.model.description.calibrate(Calibration(fitting: folded.outcomes)) }
        let report = validation.isEmpty ? nil : try judge(fitted.model, on: validation)
        let folds = folded.map { FoldedReport($0, training: training) }
        fitted.model.description.version = version
        fitted.model.description.training = TrainingRecord(
            command: Self.commandLine(), seed: training.options.seed, dataset: dataset,
            dataHash: TrainingGait.hash(kept), gaits: kept.count, epochs: fitted.epochs,
            validation: (report ?? folds?.pooled).map {
                ["balanced_accuracy": $0.balancedAccuracy, "ece": $0.calibrationError]
            } ?? [:])
        do { try fitted.model.write(to: out) } catch { throw CommandFailure.failure(error.description) }
        return Report(
            out: out, seconds: Date().timeIntervalSince(started), epochs: fitted.epochs,
            trainingGaits: kept.count,
            validationGaits: validation.count, temperature: fitted.model.description.temperature,
            threshold: fitted.model.description.minimumConfidence, validation: report, folds: folds)
    }

    /// Tells before the training what would otherwise be told after it.
    static func check(_ out: String) throws(CommandFailure) {
        let file = URL(fileURLWithPath: out)
        guard FileManager.default.isWritableFile(atPath: file.deletingLastPathComponent().path) else {
            throw .failure("\(out) cannot be written: its folder is not there, or is not ours to write to")
        }
        // The new file takes the old one's place, which must not be a device's, a folder's or a link's.
        let found = try? FileManager.default.attributesOfItem(atPath: file.path)
        if let type = found?[.type] as? FileAttributeType, type != .typeRegular {
            throw .failure("\(out) cannot be written: something that is not a file has this name")
        }
    }

    private func judge(_ model: TrainedModel, on gaits: [TrainingGait]) throws -> ClassificationReport {
        let result = Evaluation.run(
            try EmotionClassifier(model), gaits: gaits.map(\.gait), labels: gaits.map(\.label))
        return ClassificationReport(
            result.outcomes, recordings: result.gaits.map { gaits[$0].group }, labels: training.labels)
    }

    /// The command as it was given, each path cut to its last part.
    static func commandLine() -> String {
        CommandLine.arguments.map { URL(fileURLWithPath: $0).lastPathComponent }.joined(separator: " ")
    }
}
