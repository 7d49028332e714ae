import Gait

/// What can be trained.
package enum TrainingMethod: String, CaseIterable, Codable, Sendable {
    /// A STEP network.
    case step
    /// A linear SVM on the affective features.
    case svm
    /// A generator of synthetic gaits.
    case stepGen = "step-gen"
}

/// One way to fit a classifier: the method, the network, its options, and further gaits.
package struct ClassifierTraining: Sendable {
    package let labels: [String]
    /// ``TrainingMethod/step`` or ``TrainingMethod/svm``.
    package let method: TrainingMethod
    package let configuration: STEPConfiguration
    package var options: TrainingOptions
    /// What every network learns first.
    package var pretraining: Pretraining?
    /// Gaits to train on and never to test on, such as simulated ones.
    package var further: [TrainingGait] = []
    /// Synthetic gaits to train on as well, made for each set of training gaits.
    package var synthetic: SyntheticAugmentation?
    package let threads: Int

    package init(
        labels: [String], method: TrainingMethod, configuration: STEPConfiguration, options: TrainingOptions,
        threads: Int
    ) {
        (self.labels, self.method, self.configuration) = (labels, method, configuration)
        (self.options, self.threads) = (options, threads)
    }

    /// Fits a model.
    ///
    /// - Parameters:
    ///   - validation: chooses the epoch and the temperature; may be empty.
    ///   - heldOut: gaits that will test the model; their recordings are left out of the pretraining too.
    ///   - threads: how many networks are trained side by side.
    ///   - progress: told after every epoch of a network, from any thread; false to stop.
    func fit(
        _ gaits: [TrainingGait], validation: [TrainingGait], heldOut: [TrainingGait] = [], threads: Int,
        observer: TrainingObserver, progress: @Sendable (TrainingProgress) -> Bool
    ) throws -> ModelTrainer.Result {
        switch method {
        case .svm:
            let model = try ModelTrainer.svm(
                labels: labels, gaits, skeleton: configuration.skeleton, options: options)
            return .init(model: model, epochs: [])
        case .step:
            let tested = Set((validation + heldOut).map(\.recording))
            let made = try synthetic?.gaits(from: gaits, observer: observer, progress: progress) ?? []
            return try ModelTrainer.step(
                configuration, gaits, validation: validation, further: further + made,
                pretraining: pretraining?.without(recordings: tested), options: options, threads: threads,
                progress: progress)
        case .stepGen:
            throw ModelError.training("\(method.rawValue) is a generator, which classifies nothing")
        }
    }

    /// The epochs of all networks of one model, for the progress.
    package var epochsPerModel: Int {
        guard method == .step else { return 0 }
        let generator = synthetic?.options.epochs ?? 0
        return generator + configuration.members * (options.epochs + (pretraining?.epochs ?? 0))
    }
}
