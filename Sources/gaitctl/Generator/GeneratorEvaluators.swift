import Foundation
import GaitModels

/// Baseline-STEP networks that were trained on real gaits alone, each without one fold of the recordings.
struct GeneratorEvaluators {
    let classifiers: [EmotionClassifier]
    let figures: Figures
    /// How well the judges read recordings that they did not see.
    struct Figures: Encodable {
        let folds: Int
        let windows: Int
        let balancedAccuracy: Double

        enum CodingKeys: String, CodingKey {
            case folds, windows
            case balancedAccuracy = "balanced_accuracy"
        }
    }

    /// - Throws: `CommandFailure` where the recordings cannot be dealt into the folds.
    init(_ gaits: [TrainingGait], labels: [String], folds: Int, seed: UInt64, threads: Int) throws {
        let fold = GroupSplit.folds(gaits, count: folds, seed: seed)
        guard Set(fold).count == folds else {
            throw CommandFailure.failure(
                "\(Set(gaits.map(\.group)).count) recordings cannot be dealt into \(folds) folds")
        }
        // The usual recipe, but for its simulated walkers: a judge sees real gaits only. Where the gaits come from one
        // source, other sources need not be learnt.
        let usual = TrainingRecipe.usual(for: labels)
        var options = usual.options
        options.seed = seed
        if usual == .styles { options.augmentation.source = 0 }
        var configuration = STEPConfiguration.preset(.baseline, labels: labels)
        usual.prepare(&configuration)
        (configuration.members, configuration.robustMembers) = (1, nil)
        let monitor = TrainingMonitor(total: folds * configuration.members * options.epochs)
        defer { monitor.finish() }
        let (design, recipe) = (configuration, options)
        let models = try ParallelWork.map(count: folds, threads: threads) { number in
            let kept = gaits.indices.filter { fold[$0] != number }.map { gaits[$0] }
            return try ModelTrainer.step(
                design, kept, validation: [], options: recipe, threads: 1
            ) { monitor.epoch("judge \(number + 1)/\(folds)", $0) }.model
        }
        try Interruption.check()
        classifiers = try models.map { try EmotionClassifier($0) }
        var outcomes: [ClassificationMetrics.Outcome] = []
        for (number, judge) in classifiers.enumerated() {
            let held = gaits.indices.filter { fold[$0] == number }.map { gaits[$0] }
            outcomes += Evaluation.run(judge, gaits: held.map(\.gait), labels: held.map(\.label)).outcomes
        }
        figures = Figures(
            folds: folds, windows: outcomes.count,
            balancedAccuracy: ClassificationMetrics(outcomes, classes: labels.count).balancedAccuracy)
    }
}
