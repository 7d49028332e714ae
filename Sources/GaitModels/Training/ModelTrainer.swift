import Foundation
package import Gait
import NeuralNetwork

/// Trains whole models: scaling, every member network, and the temperature.
package enum ModelTrainer {
    /// What a training gives: the model, and its outcomes on the validation gaits.
    package struct Result: Sendable {
        package var model: TrainedModel
        /// The epochs each member was trained for.
        package var epochs: [Int]
    }

    /// Trains a STEP model; its members are trained on `threads` threads.
    ///
    /// - Parameters:
    ///   - validation: what epochs are chosen and the temperature is fitted by; may be empty.
    ///   - further: more training gaits, such as simulated ones. They cannot replace a class without other gaits, and
    ///     they do not affect the scaling of features.
    ///   - pretraining: what every network learns first; its recordings must not be used for validation.
    ///   - start: a model of the same network to begin from instead, whose scaling of the features is kept; nil for
    ///     fresh weights. With other classes its layer to them starts over.
    ///   - lifted: shows a share of the gaits, `options.lifted`, as a robot's camera would; nil for none.
    ///   - progress: told after every epoch, from any thread; false to stop with the best so far.
    /// - Throws: ``ModelError/training(_:)`` if the gaits cannot be trained on.
    package static func step(
        _ configuration: STEPConfiguration, _ gaits: [TrainingGait], validation: [TrainingGait],
        further: [TrainingGait] = [], pretraining: Pretraining? = nil,
        from start: TrainedModel? = nil, options: TrainingOptions, lifted: LiftedView? = nil, threads: Int,
        progress: @Sendable (TrainingProgress) -> Bool
    ) throws -> Result {
        try configuration.validate()
        try options.validate()
        try check(gaits, labels: configuration.labels)
        try check(labelsOf: validation + further, labels: configuration.labels)
        let scaling =
            configuration.head.affective
            ? start?.description.affective ?? scaling(gaits, configuration.skeleton, options) : nil
        if let start { try WarmStart.check(start, configuration) }
        let deadline = options.optimization.deadline
        let members = try ParallelWork.map(count: configuration.members, threads: threads) { member in
            var options = options
            if member < configuration.members - (configuration.robustMembers ?? configuration.members) {
                options.augmentation.source = 0
            }
            let trainer = STEPTrainer(
                configuration: configuration, scaling: scaling, options: options, lifted: lifted?.copy(),
                member: member)
            let trunk: ParameterStore? =
                if let start {
                    try WarmStart.network(start, member: member).store
                } else if let pretraining {
                    try pretrain(
                        pretraining, configuration, scaling, options, lifted, member: member, deadline,
                        progress)
                } else {
                    nil
                }
            let (network, epochs) = try trainer.fit(
                gaits + further, from: trunk,
                keepsClasses: start?.description.labels == configuration.labels, validation: validation,
                deadline: deadline, progress: progress)
            return (network.store.snapshot, epochs)
        }
        let networks = members.map { snapshot, _ in
            var generator = SeededGenerator(seed: 0)
            let network = STEP(
                configuration, affectiveFeatures: scaling?.features.count ?? 0, using: &generator)
            network.store.snapshot = snapshot
            return network
        }
        let description = ModelDescription(
            name: "step", kind: .step, labels: configuration.labels, step: configuration, affective: scaling)
        var model = TrainedModel(description: description, tensors: NetworkFile.tensors(networks))
        if !validation.isEmpty {
            let outcomes = Evaluation.run(
                try EmotionClassifier(model), gaits: validation.map(\.gait), labels: validation.map(\.label)
            ).outcomes
            model.description.calibrate(Calibration(fitting: outcomes))
        }
        return Result(model: model, epochs: members.map(\.1))
    }

    /// Fits a linear SVM on the standardized affective features of the gaits' evaluation windows.
    ///
    /// - Parameter further: more training gaits, as for ``step(_:_:validation:further:pretraining:from:options:lifted:threads:progress:)``.
    /// - Throws: ``ModelError/training(_:)`` if the gaits cannot be trained on.
    package static func svm(
        labels: [String], _ gaits: [TrainingGait], further: [TrainingGait] = [],
        skeleton: JointNormalization = .given, options: TrainingOptions
    ) throws -> TrainedModel {
        try check(gaits, labels: labels)
        try check(labelsOf: further, labels: labels)
        let scaling = scaling(gaits, skeleton, options)
        var generator = SeededGenerator(seed: options.seed)
        let windows = TrainingGait.windows(of: gaits + further)
        let svm = LinearSVM(
            fitting: windows.map { scaling($0.window) }, labels: windows.map(\.label), classes: labels.count,
            using: &generator)
        let description = ModelDescription(name: "svm", kind: .svm, labels: labels, affective: scaling)
        return TrainedModel(description: description, tensors: NetworkFile.tensors(svm))
    }

    /// A network that has learned to tell the pretraining's classes apart.
    private static func pretrain(
        _ pretraining: Pretraining, _ configuration: STEPConfiguration, _ scaling: AffectiveScaling?,
        _ options: TrainingOptions, _ lifted: LiftedView?, member: Int, _ deadline: Date,
        _ progress: (TrainingProgress) -> Bool
    ) throws(ModelError) -> ParameterStore {
        var configuration = configuration
        configuration.labels = pretraining.labels
        var options = options
        options.epochs = pretraining.epochs
        try check(pretraining.gaits, labels: pretraining.labels)
        let trainer = STEPTrainer(
            configuration: configuration, scaling: scaling, options: options, lifted: lifted?.copy(),
            member: member)
        return try trainer.fit(pretraining.gaits, validation: [], deadline: deadline, progress: progress)
            .network
            .store
    }

    private static func scaling(
        _ gaits: [TrainingGait], _ skeleton: JointNormalization, _ options: TrainingOptions
    ) -> AffectiveScaling {
        AffectiveScaling(
            fitting: gaits.flatMap { $0.gait.windows() }, skeleton: skeleton, origin: options.affectiveOrigin,
            features: options.affectiveFeatures, turned: options.affectiveTurned,
            smoothing: options.affectiveSmoothing,
            spread: options.affectiveSpread, limit: options.affectiveLimit)
    }

    /// - Throws: ``ModelError/training(_:)`` if a gait has an unknown label, or all have the same one.
    static func check(_ gaits: [TrainingGait], labels: [String]) throws(ModelError) {
        try check(labelsOf: gaits, labels: labels)
        let present = Set(gaits.map(\.label))
        guard present.count >= 2 else {
            let names = present.map { labels[$0] }.joined(separator: ", ")
            throw .training(
                "all gaits belong to one class (\(names)); at least two classes are needed")
        }
    }

    static func check(labelsOf gaits: [TrainingGait], labels: [String]) throws(ModelError) {
        guard let stray = gaits.first(where: { !labels.indices.contains($0.label) }) else { return }
        throw .training("gait \(stray.key) has label \(stray.label), but there are \(labels.count) labels")
    }
}

/// A classifier that another one's training begins from.
enum WarmStart {
    /// - Throws: ``ModelError/training(_:)`` if the model's network differs from the configuration in anything but
    ///   its classes.
    static func check(_ start: TrainedModel, _ configuration: STEPConfiguration) throws(ModelError) {
        guard var own = start.description.step else {
            throw .training(
                "the model to start from has no network (it is a \(start.description.kind.rawValue))")
        }
        own.labels = configuration.labels
        guard own == configuration else { throw .training("the model to start from has another network") }
    }

    /// One of the networks that the model averages.
    ///
    /// - Throws: `NeuralNetworkError` if its tensors do not fit its configuration.
    static func network(_ start: TrainedModel, member: Int) throws -> STEP {
        guard let configuration = start.description.step else {
            throw ModelError.training("the model to start from has no network")
        }
        let networks = try NetworkFile.networks(
            SafeTensors(start.tensors, path: "the start"), configuration,
            features: configuration.head.affective ? start.description.affective?.features.count ?? 0 : 0)
        guard networks.indices.contains(member) else {
            throw ModelError.training("the model to start from has \(networks.count) networks")
        }
        return networks[member]
    }
}
