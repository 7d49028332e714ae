import Foundation
import GaitModels

/// Trains one generator and writes it with the record of how it came to be.
struct GeneratorTraining {
    let configuration: STEPGenConfiguration
    let options: STEPGenOptions
    /// A generator to begin from; nil for fresh weights.
    var start: TrainedModel?

    /// What `gaitctl train` prints of a generator.
    struct Report: Encodable {
        let out: String
        let seconds: Double
        let epochs: Int
        let secondsPerEpoch: Double
        let trainingGaits: Int
        let validationGaits: Int
        /// The loss and its terms: of the held-out gaits in the best epoch, or of the training gaits in the last.
        let terms: [String: Double]

        enum CodingKeys: String, CodingKey {
            case out, seconds, epochs, terms
            case secondsPerEpoch = "seconds_per_epoch"
            case trainingGaits = "training_gaits"
            case validationGaits = "validation_gaits"
        }

        var text: String {
            let named = terms.sorted { $0.key < $1.key }.map {
                "\($0.key) \(String(format: "%.3f", $0.value))"
            }
            return "wrote \(out): \(trainingGaits) gaits, \(validationGaits) held out, epoch \(epochs), "
                + "\(Int(seconds)) s\n\(validationGaits > 0 ? "validation" : "training") \(named.joined(separator: ", "))"
        }
    }

    /// - Parameter share: the share of each class's recordings held out to choose the best epoch.
    /// - Throws: `CommandFailure.interrupted` after Ctrl-C; nothing is written then. `CommandFailure.failure`
    ///   before the training where no file can be written to `out`.
    func run(
        _ gaits: [TrainingGait], share: Double, dataset: String, version: Int, writingTo out: String
    ) throws -> Report {
        try SingleTraining.check(out)
        let started = Date()
        let held = GroupSplit.heldOut(gaits, share: share, seed: options.seed)
        let kept = gaits.indices.filter { !held[$0] }.map { gaits[$0] }
        let validation = gaits.indices.filter { held[$0] }.map { gaits[$0] }
        let monitor = TrainingMonitor(total: options.epochs)
        defer { monitor.finish() }
        var (seen, trained) = (0, started)
        var fitted = try ModelTrainer.stepGen(
            configuration, kept, validation: validation, from: start, options: options
        ) { progress in
            (seen, trained) = (seen + 1, Date())
            return monitor.epoch("generator", progress)
        }
        try Interruption.check()
        fitted.model.description.version = version
        fitted.model.description.training = TrainingRecord(
            command: SingleTraining.commandLine(), seed: options.seed, dataset: dataset,
            dataHash: TrainingGait.hash(kept), gaits: kept.count, epochs: [fitted.epochs],
            validation: validation.isEmpty ? [:] : fitted.terms)
        do { try fitted.model.write(to: out) } catch { throw CommandFailure.failure(error.description) }
        let seconds = Date().timeIntervalSince(started)
        return Report(
            out: out, seconds: seconds, epochs: fitted.epochs,
            secondsPerEpoch: trained.timeIntervalSince(started) / Double(max(seen, 1)),
            trainingGaits: kept.count, validationGaits: validation.count, terms: fitted.terms)
    }
}
