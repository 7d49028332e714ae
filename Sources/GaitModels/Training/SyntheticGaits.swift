package import Gait

/// Synthetic gaits of one class that passed ``GaitQuality``, and why the others did not.
package struct SyntheticClass: Sendable {
    package let label: String
    /// The gaits that passed: as many as were wanted unless the candidates ran out.
    package private(set) var gaits: [Gait] = []
    /// How many gaits the generator made.
    package private(set) var candidates = 0
    /// How many gaits failed, by reason; one gait may fail for several.
    package private(set) var rejected: [String: Int] = [:]

    fileprivate mutating func add(_ gait: Gait) {
        candidates += 1
        let failures = GaitQuality(gait).failures
        for failure in failures { rejected[failure.rawValue, default: 0] += 1 }
        if failures.isEmpty { gaits.append(gait) }
    }
}

extension GaitGenerator {
    /// Makes gaits of every class until enough of each pass ``GaitQuality`` or the candidates run out.
    ///
    /// - Parameters:
    ///   - perClass: the number of gaits per class.
    ///   - tries: the most candidates per requested gait.
    ///   - source: the source of the latents of a class, by its label.
    /// - Returns: the classes in the order of ``labels``.
    /// - Throws: `GaitError` if the network gives coordinates that are no gait's, ``ModelError/cancelled`` if the
    ///   observer ends the work, and what `source` throws.
    package func walks(
        perClass: Int, tries: Int, seed: UInt64, observer: TrainingObserver = TrainingObserver(),
        from source: (String) throws -> Source = { _ in .prior(spread: defaultSpread) }
    ) throws -> [SyntheticClass] {
        var random = SeededGenerator(seed: seed)
        return try labels.enumerated().map { index, label in
            let source = try source(label)
            var made = SyntheticClass(label: label)
            while made.gaits.count < perClass, made.candidates < perClass * tries {
                try observer.check()
                let size = min(perClass - made.gaits.count, perClass * tries - made.candidates)
                for gait in try make(size, label: index, from: source, using: &random) { made.add(gait) }
            }
            return made
        }
    }
}

extension TrainingGait {
    /// Synthetic gaits to train on, each in a separate group; their labels are the indices of the classes.
    package static func synthetic(_ classes: [SyntheticClass]) -> [TrainingGait] {
        classes.enumerated().flatMap { label, made in
            made.gaits.enumerated().map { number, gait in
                let key = "synthetic-\(made.label)-\(number)"
                return TrainingGait(key: key, gait: gait, label: label, group: key)
            }
        }
    }
}

/// STEP+Aug: synthetic gaits of every class to train on beside the real ones, from a generator that was trained on those
/// real gaits only.
package struct SyntheticAugmentation: Sendable {
    /// Number of gaits to make per class.
    package let perClass: Int
    package let configuration: STEPGenConfiguration
    package var options: STEPGenOptions

    private static let tries = 10

    /// Trains a generator on the gaits and makes new ones with it.
    ///
    /// - Throws: ``ModelError/training(_:)`` if no generator can be trained on the gaits or too few of its gaits are
    ///   walks, ``ModelError/cancelled`` if the observer ends the work.
    func gaits(
        from real: [TrainingGait], observer: TrainingObserver, progress: (TrainingProgress) -> Bool
    ) throws -> [TrainingGait] {
        let model = try ModelTrainer.stepGen(configuration, real, options: options, progress: progress).model
        try observer.check()
        let classes = try GaitGenerator(model).walks(
            perClass: perClass, tries: Self.tries, seed: options.seed &+ 1, observer: observer)
        if let short = classes.first(where: { $0.gaits.count < perClass }) {
            throw ModelError.training(
                "only \(short.gaits.count) of \(short.candidates) synthetic gaits of '\(short.label)' are walks, \(perClass) are wanted; train the generator for more epochs"
            )
        }
        return TrainingGait.synthetic(classes)
    }
}
