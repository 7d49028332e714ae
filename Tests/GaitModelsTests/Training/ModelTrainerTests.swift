import Foundation
import Gait
import NeuralNetwork
import Synchronization
import Testing

@testable import GaitModels

struct ModelTrainerTests {
    private static let labels = ["calm", "lively"]

    /// Products on one thread each, as the programs have it.
    init() { BLAS.useThreads(1) }

    private func configuration(members: Int = 1) -> STEPConfiguration {
        var configuration = TestModel.configuration(.stepReleased, labels: Self.labels)
        (configuration.kernel, configuration.members) = (9, members)
        configuration.normalisation = .hipAxis
        return configuration
    }

    private func train(
        _ options: TrainingOptions, members: Int = 1, threads: Int = 1, validation: [TrainingGait] = [],
        progress: @Sendable (TrainingProgress) -> Bool = { _ in true }
    ) throws -> ModelTrainer.Result {
        try ModelTrainer.step(
            configuration(members: members), TestWalk.classes(perClass: 6, seed: 1), validation: validation,
            options: options, threads: threads, progress: progress)
    }

    @Test("the same seed gives the same bits, on one thread and on two; another seed does not")
    func reproducible() throws {
        var options = TestModel.options()
        options.augmentation = .sources
        options.dropout = 0.2
        let first = try train(options, members: 2, threads: 1).model
        #expect(try train(options, members: 2, threads: 1).model.tensors == first.tensors)
        #expect(try train(options, members: 2, threads: 2).model.tensors == first.tensors)
        options.seed = 2
        #expect(try train(options, members: 2, threads: 2).model.tensors != first.tensors)
    }

    @Test("the members that are not the robust ones never see another source")
    func robustMembers() throws {
        var options = TestModel.options()
        options.augmentation.source = 1
        func weights(_ robust: Int?, source: Float) throws -> [[Float]?] {
            var configuration = configuration(members: 2)
            configuration.robustMembers = robust
            options.augmentation.source = source
            let tensors = try ModelTrainer.step(
                configuration, TestWalk.classes(perClass: 6, seed: 1), validation: [], options: options,
                threads: 1
            ) { _ in true }.model.tensors
            return (0..<2).map { member in
                tensors.first { $0.name == "members.\(member).fcn.weight" }?.values
            }
        }
        let (mixed, without, with) = try (
            weights(1, source: 1), weights(nil, source: 0), weights(nil, source: 1)
        )
        #expect(mixed[0] != nil && mixed[0] == without[0] && mixed[1] == with[1])
        #expect(without[1] != with[1])
    }

    @Test("members are different networks")
    func members() throws {
        let tensors = try train(TestModel.options(), members: 2).model.tensors
        let weights = (0..<2).map { member in
            tensors.first { $0.name == "members.\(member).fcn.weight" }?.values
        }
        #expect(weights[0] != nil && weights[0] != weights[1])
    }

    @Test("it learns to tell two arm swings apart on walks that it has not seen")
    func learning() throws {
        var options = TestModel.options(epochs: 12)
        options.learningRate = 1e-2
        let model = try train(options).model
        let unseen = TestWalk.classes(perClass: 20, seed: 2)
        let result = Evaluation.run(
            try EmotionClassifier(model), gaits: unseen.map(\.gait), labels: unseen.map(\.label))
        #expect(ClassificationMetrics(result.outcomes, classes: 2).balancedAccuracy >= 0.9)
    }

    @Test("the loss falls, and every epoch is reported")
    func progress() throws {
        let reports = Mutex<[TrainingProgress]>([])
        var options = TestModel.options(epochs: 8)
        options.learningRate = 1e-2
        let result = try train(options) { report in
            reports.withLock { $0.append(report) }
            return true
        }
        let losses = reports.withLock { $0.map(\.loss) }
        #expect(reports.withLock { $0.map(\.epoch) } == Array(1...8))
        #expect(reports.withLock { $0.allSatisfy { $0.validationLoss == nil && $0.epochs == 8 } })
        #expect(result.epochs == [8])
        #expect(try #require(losses.last) < losses[0] * 0.8)
    }

    @Test("false from the report stops the training with what there is")
    func cancellation() throws {
        let count = Mutex(0)
        let result = try train(TestModel.options(epochs: 50)) { _ in
            count.withLock {
                $0 += 1
                return $0 < 3
            }
        }
        #expect(count.withLock { $0 } == 3)
        #expect(result.epochs == [3])
        #expect(try EmotionClassifier(result.model).classify([TestWalk.gait(armSwing: 0.3)]).count == 1)
    }

    @Test("without a better validation loss for long enough it ends, and the best epoch is kept")
    func patience() throws {
        let losses = Mutex<[Float]>([])
        var options = TestModel.options(epochs: 60)
        options.patience = 3
        // Labels exchanged: what is learned makes the validation worse.
        let contrary = TestWalk.classes(perClass: 4, seed: 3).map {
            TrainingGait(key: $0.key, gait: $0.gait, label: 1 - $0.label, group: $0.group)
        }
        options.learningRate = 1e-2
        let result = try train(options, validation: contrary) { report in
            losses.withLock { $0.append(report.validationLoss ?? .nan) }
            return true
        }
        let seen = losses.withLock { $0 }
        let best = try #require(seen.indices.min { seen[$0] < seen[$1] })
        #expect(seen.count == best + 1 + 3 && seen.count < 60)
        #expect(result.epochs == [best + 1])

        // The network that was kept is the one of that epoch.
        let classifier = try EmotionClassifier(
            TrainedModel(
                description: {
                    var description = result.model.description
                    description.temperature = 1
                    return description
                }(), tensors: result.model.tensors))
        let outcomes = Evaluation.run(classifier, gaits: contrary.map(\.gait), labels: contrary.map(\.label))
            .outcomes
        let loss = outcomes.reduce(0) { $0 - log($1.probabilities[$1.label]) } / Float(outcomes.count)
        #expect(abs(loss - seen[best]) < 1e-3)
    }

    @Test("a budget that is used up ends the training")
    func budget() throws {
        var options = TestModel.options(epochs: 1_000_000)
        options.budget = 0.05
        #expect(try train(options).epochs[0] < 1_000_000)
    }

    @Test("the temperature is fitted to the validation gaits")
    func temperature() throws {
        var options = TestModel.options(epochs: 4)
        options.learningRate = 1e-2
        let contrary = TestWalk.classes(perClass: 4, seed: 3).enumerated().map { index, gait in
            TrainingGait(key: gait.key, gait: gait.gait, label: index / 2 % 2, group: gait.group)
        }
        let model = try train(options, validation: contrary).model
        func loss(_ temperature: Float) throws -> Float {
            var model = model
            model.description.temperature = temperature
            let result = Evaluation.run(
                try EmotionClassifier(model), gaits: contrary.map(\.gait), labels: contrary.map(\.label))
            return result.outcomes.reduce(0) { $0 - log($1.probabilities[$1.label]) }
        }
        let fitted = try loss(model.description.temperature)
        #expect(try fitted <= loss(1) + 1e-3 && fitted <= loss(0.5) + 1e-3 && fitted <= loss(4) + 1e-3)
    }

    @Test("an SVM learns from further gaits, which leave the scaling of the features unchanged")
    func furtherGaits() throws {
        let gaits = TestWalk.classes(perClass: 6, seed: 1)
        func train(_ further: [TrainingGait]) throws -> TrainedModel {
            var training = ClassifierTraining(
                Recipe(.svm, labels: Self.labels), labels: Self.labels, seed: 1, threads: 1,
                syntheticPerClass: nil)
            training.further = further
            return try training.fit(
                gaits, validation: [], threads: 1, observer: TrainingObserver(), progress: { _ in true }
            ).model
        }
        let exchanged = TestWalk.classes(perClass: 60, seed: 2).map { $0.labelled(1 - $0.label) }
        let (plain, misled) = try (train([]), train(exchanged))
        #expect(misled.description.affective == plain.description.affective)
        func accuracy(_ model: TrainedModel) throws -> Double {
            let found = Evaluation.run(
                try EmotionClassifier(model), gaits: gaits.map(\.gait), labels: gaits.map(\.label))
            return ClassificationMetrics(found.outcomes, classes: 2).accuracy
        }
        #expect(try accuracy(plain) == 1 && accuracy(misled) == 0)
        let stray = TrainingGait(key: "stray", gait: gaits[0].gait, label: 2, group: "stray")
        let error = #expect(throws: ModelError.self) { _ = try train([stray]) }
        #expect(try #require(error).description.contains("gait stray has label 2"))
    }

    @Test(
        "what a first network reads of unlabeled gaits teaches the second, but for recordings that are tested"
    )
    func selfTraining() throws {
        let gaits = TestWalk.classes(perClass: 6, seed: 1)
        let unlabeled = (0..<8).map { index in
            TrainingGait(
                key: "other\(index)",
                gait: TestWalk.gait(armSwing: 0.4, frames: 100, seed: UInt64(100 + index)),
                label: 0, group: "other\(index)")
        }
        func weights(_ unlabeled: [TrainingGait], heldOut: [TrainingGait] = [], share: Float = 1) throws
            -> (weights: [SafeTensors.Entry], epochs: Int)
        {
            var options = TestModel.options()
            (options.optimization.windowsPerGait, options.unlabeled) = (1, share)
            let seen = Mutex(0)
            var training = ClassifierTraining(
                Recipe(.emotions, labels: Self.labels), labels: Self.labels, seed: 1, threads: 1,
                syntheticPerClass: nil)
            (training.options, training.unlabeled) = (options, unlabeled)
            let fitted = try training.fit(
                gaits, validation: [], heldOut: heldOut, threads: 1, observer: TrainingObserver(),
                progress: { _ in
                    seen.withLock { $0 += 1 }
                    return true
                })
            #expect(seen.withLock(\.self) <= training.epochsPerModel)
            return (fitted.model.tensors, seen.withLock(\.self))
        }
        let plain = try weights([])
        let taught = try weights(unlabeled)
        #expect(taught.weights != plain.weights && taught.epochs == 2 * plain.epochs)
        // All unlabeled recordings are tested, or no window of them is drawn.
        #expect(try weights(unlabeled, heldOut: unlabeled).weights == plain.weights)
        #expect(try weights(unlabeled, share: 0).weights == plain.weights)
    }

    @Test("a share of the gaits is seen through a camera and a lifter, but for those that were")
    func liftedViews() throws {
        let lifted = try LiftedView(Lifter(LifterExample.model))
        func weights(
            share: Float, isLifted: Bool = false, by lifted: LiftedView? = lifted
        ) throws -> [SafeTensors.Entry] {
            var options = TestModel.options()
            options.lifted = share
            let gaits = TestWalk.classes(perClass: 6, seed: 1).map {
                TrainingGait(
                    key: $0.key, gait: $0.gait, label: $0.label, group: $0.group, isLifted: isLifted)
            }
            return try ModelTrainer.step(
                configuration(), gaits, validation: [], options: options, lifted: lifted, threads: 1,
                progress: { _ in true }
            ).model.tensors
        }
        let half = try weights(share: 0.5)
        #expect(try weights(share: 0.5) == half)
        #expect(try weights(share: 0.5, isLifted: true) != half)
        #expect(try weights(share: 0) == weights(share: 0.5, by: nil))
        var generator = SeededGenerator(seed: 1)
        let walk = LifterExample.walk()
        let windows = (0..<2).map { _ in lifted.window(of: walk, using: &generator) }
        let seen = lifted.gaits(of: windows)
        #expect(seen.count == 2 && seen[0] != seen[1] && !seen.contains(walk))
        #expect(seen.allSatisfy { $0.frames == Gait.windowFrames })
    }

    @Test("gaits of one class, or with a label that has no name, are refused by name")
    func refusal() throws {
        let walks = TestWalk.classes(perClass: 3, seed: 1)
        let oneClass = walks.filter { $0.label == 1 }
        let stray = walks + [TrainingGait(key: "stray", gait: walks[0].gait, label: 2, group: "stray")]
        for (gaits, word) in [
            (oneClass, "one class (lively)"), (stray, "gait stray has label 2"), ([], "at least two"),
        ] {
            let step = #expect(throws: ModelError.self) {
                try ModelTrainer.step(
                    configuration(), gaits, validation: [], options: TestModel.options(), threads: 1,
                    progress: { _ in true })
            }
            #expect(try #require(step).description.contains(word))
            let svm = #expect(throws: ModelError.self) {
                try ModelTrainer.svm(labels: Self.labels, gaits, options: TestModel.options())
            }
            #expect(try #require(svm).description.contains(word))
        }
    }
}
