import Foundation
import Gait
import GaitModels

/// STEP+Aug: synthetic gaits of every class to train on beside the real ones, from a generator that saw nothing
/// but the real ones that are trained on.
struct SyntheticGaits: Sendable {
    /// How many gaits of every class are made.
    let perClass: Int
    let configuration: STEPGenConfiguration
    var options: STEPGenOptions

    /// How many candidates are made at most for each gait that is wanted; the others fail ``GaitQuality``.
    private static let mostCandidates = 10

    /// Trains a generator on the gaits and lets it make new ones.
    ///
    /// - Parameter progress: told after every epoch; false to stop.
    /// - Throws: `ModelError.training` where no generator can be trained on the gaits, `CommandFailure` where too few
    ///   of what it makes are walks.
    func gaits(
        from real: [TrainingGait], progress: (TrainingProgress) -> Bool
    ) throws -> [TrainingGait] {
        let model = try ModelTrainer.stepGen(configuration, real, options: options, progress: progress).model
        try Interruption.check()
        let generator = try GaitGenerator(model)
        var random = SeededGenerator(seed: options.seed &+ 1)
        var gaits: [TrainingGait] = []
        for (label, name) in generator.labels.enumerated() {
            let sheet = try GeneratedGaits(
                perClass, of: generator, label: label, from: .prior(spread: GaitGenerator.usualSpread),
                mostCandidates: perClass * Self.mostCandidates, using: &random)
            guard sheet.gaits.count == perClass else {
                throw CommandFailure.failure(
                    "only \(sheet.gaits.count) of \(sheet.candidates) synthetic gaits of '\(name)' are walks, \(perClass) are wanted; train the generator for longer (--generator-epochs)"
                )
            }
            for (index, gait) in sheet.gaits.enumerated() {
                let key = "synthetic-\(name)-\(index)"
                gaits.append(TrainingGait(key: key, gait: gait, label: label, group: key))
            }
        }
        return gaits
    }
}
