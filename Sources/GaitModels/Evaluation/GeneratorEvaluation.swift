package import Gait

/// Evaluators of synthetic gaits: Baseline-STEP networks, each trained on the real gaits without one fold of the recordings.
package struct GeneratorEvaluators {
    package let classifiers: [EmotionClassifier]
    package let figures: Figures

    /// How well the evaluators classify recordings that they did not see.
    package struct Figures: Encodable, Sendable {
        package let folds: Int
        let windows: Int
        package let balancedAccuracy: Double
    }

    /// - Throws: ``ModelError/training(_:)`` if the recordings cannot be dealt into the folds or trained on,
    ///   ``ModelError/cancelled`` if the observer ends the work.
    package init(
        _ gaits: [TrainingGait], labels: [String], folds: Int, seed: UInt64, threads: Int,
        observer: TrainingObserver
    ) throws {
        let splits = try GroupSplit.splits(gaits, folds: folds, seed: seed)
        let (configuration, options) = Self.recipe(labels, seed: seed)
        let models = try ParallelWork.map(count: folds, threads: threads) { number in
            try ModelTrainer.step(
                configuration, splits[number].kept, validation: [], options: options, threads: 1
            ) { observer.report("evaluator \(number + 1)/\(folds)", $0) }.model
        }
        try observer.check()
        classifiers = try models.map { try EmotionClassifier($0) }
        let outcomes = zip(classifiers, splits).flatMap { evaluator, split in
            Evaluation.run(
                evaluator, gaits: split.heldOut.map(\.gait), labels: split.heldOut.map(\.label)
            ).outcomes
        }
        figures = Figures(
            folds: folds, windows: outcomes.count,
            balancedAccuracy: ClassificationMetrics(outcomes, classes: labels.count).balancedAccuracy)
    }

    /// The epochs of all evaluators, for the progress.
    package static func epochs(labels: [String], folds: Int) -> Int {
        folds * recipe(labels, seed: 1).options.epochs
    }

    /// The default recipe without its simulated walkers: an evaluator sees real gaits only. If all gaits come from one
    /// source, it does not learn other sources either.
    private static func recipe(
        _ labels: [String], seed: UInt64
    ) -> (configuration: STEPConfiguration, options: TrainingOptions) {
        let kind = Recipe.Name.default(for: labels)
        var options = Recipe(kind, labels: labels).options
        options.seed = seed
        if kind == .styles { options.augmentation.source = 0 }
        var configuration = STEPConfiguration.preset(.baseline, labels: labels)
        Recipe.adapt(&configuration, to: kind)
        (configuration.members, configuration.robustMembers) = (1, nil)
        return (configuration, options)
    }
}

/// Synthetic gaits and the classes that they were made for.
package struct SyntheticSet {
    package private(set) var gaits: [(gait: Gait, label: Int)]
    /// How well their generator reconstructs the real gaits, see ``GaitGenerator/pushPullLoss(of:)``; nil if there are
    /// only its gaits.
    package private(set) var pushPullLoss: Double?

    package init(gaits: [(gait: Gait, label: Int)]) { self.gaits = gaits }

    /// All gaits that a generator makes, whether they pass ``GaitQuality`` or not.
    ///
    /// - Parameters:
    ///   - classes: the real gaits' class for each of the generator's.
    /// - Throws: `GaitError` if the network's coordinates are not a valid gait.
    package init(
        madeBy generator: GaitGenerator, classes: [Int], perClass: Int, spread: Float, seed: UInt64,
        real: [TrainingGait]
    ) throws {
        var random = SeededGenerator(seed: seed)
        let known = real.compactMap { gait in classes.firstIndex(of: gait.label).map { gait.labelled($0) } }
        gaits = []
        pushPullLoss = generator.pushPullLoss(of: known)
        for label in generator.labels.indices {
            let made = try generator.make(
                perClass, label: label, from: .prior(spread: spread), using: &random)
            gaits += made.map { ($0, classes[label]) }
        }
    }

    /// The share that passes ``GaitQuality``.
    var passing: Double {
        Double(gaits.count { GaitQuality($0.gait).passes }) / Double(max(gaits.count, 1))
    }
}

/// The metrics of several generators compared with the real gaits, as `--json` prints them.
package struct GeneratorReport: Encodable, Sendable {
    package let dataset: String
    package let evaluators: GeneratorEvaluators.Figures
    /// The median distance of real gaits to the nearest of another recording of their class.
    package let nearestReal: Double
    package let generators: [Row]

    enum CodingKeys: String, CodingKey {
        case dataset, generators
        case evaluators = "judge"
        case nearestReal = "real_nearest_neighbour_median"
    }

    /// What is evaluated: its name, and what makes its gaits when it is its turn.
    package typealias Source = (name: String, make: () throws -> SyntheticSet)

    /// - Parameters:
    ///   - real: the gaits of the data set.
    ///   - begin: told the name of each source before its turn; ends the work by an error.
    package init(
        _ sources: [Source], against real: [TrainingGait], of dataset: String, labels: [String],
        evaluators: GeneratorEvaluators, threads: Int, begin: (String) throws -> Void
    ) throws {
        (self.dataset, self.evaluators) = (dataset, evaluators.figures)
        let windows = real.flatMap { gait in
            gait.gait.windows().map { (gait: $0, label: gait.label, recording: gait.group) }
        }
        let nearestReal = try GeneratorMetrics.nearestReal(windows, threads: threads)
        self.nearestReal = nearestReal
        generators = try sources.map { source in
            try begin(source.name)
            let made = try source.make()
            let metrics = try GeneratorMetrics(
                made.gaits, against: windows.map(\.gait), evaluators: evaluators.classifiers,
                classes: labels.count, threads: threads)
            return Row(source.name, made, metrics, real: nearestReal, labels: labels)
        }
    }

    /// The metrics of one generator.
    package struct Row: Encodable, Sendable {
        package let name: String
        package let gaits: Int
        package let labelConsistency: Double
        package let labelConsistencyByClass: [String: Double]
        package let frechetDistance: Double
        package let diversity: Double
        package let nearest: Double
        /// As a share of that of real gaits; null if they have none.
        package let nearestRatio: Double?
        package let passing: Double
        /// Null if there are only gaits, and no generator that could reconstruct the real ones.
        package let pushPullLoss: Double?

        enum CodingKeys: String, CodingKey {
            case name, gaits, diversity
            case labelConsistency = "label_consistency"
            case labelConsistencyByClass = "label_consistency_by_class"
            case frechetDistance = "fid"
            case nearest = "nearest_neighbour_median"
            case nearestRatio = "nearest_neighbour_ratio"
            case passing = "quality_pass_rate"
            case pushPullLoss = "push_pull_loss"
        }

        init(
            _ name: String, _ set: SyntheticSet, _ metrics: GeneratorMetrics, real: Double, labels: [String]
        ) {
            (self.name, gaits, passing) = (name, set.gaits.count, set.passing)
            pushPullLoss = set.pushPullLoss
            labelConsistency = metrics.consistency
            labelConsistencyByClass = Dictionary(
                uniqueKeysWithValues: zip(labels, metrics.consistencyByClass).compactMap { label, value in
                    value.map { (label, $0) }
                })
            (frechetDistance, diversity) = (metrics.frechetDistance, metrics.diversity)
            nearest = metrics.nearest
            nearestRatio = real > 0 ? metrics.nearest / real : nil
        }
    }
}
