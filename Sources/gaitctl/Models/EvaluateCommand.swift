import ArgumentParser
import Datasets
import Foundation
import Gait
import GaitModels
import Messaging
import NeuralNetwork

/// `gaitctl evaluate`: how well a model recognizes the labels of a data set.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract:
            "Evaluate a classifier, a generator of synthetic gaits, the path through a camera, or a lifter.",
        discussion: """
            Without a subcommand, a classifier.

            Examples:
              gaitctl evaluate --model config/models/step-default.safetensors --dataset emotion4 --json
              gaitctl evaluate generator --dataset emotion4 --weights generator.safetensors
              gaitctl evaluate camera --people 32
              gaitctl evaluate lifter --dataset walks --dataset cmu105
            """,
        subcommands: [
            EvaluateClassifierCommand.self, EvaluateGeneratorCommand.self, EvaluateCameraCommand.self,
            EvaluateLifterCommand.self,
        ],
        defaultSubcommand: EvaluateClassifierCommand.self)
}

/// `gaitctl evaluate [classifier]`.
struct EvaluateClassifierCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "classifier",
        abstract: "Evaluate how well a model recognizes the labels of a data set.",
        discussion: """
            Every gait is cut into windows of 75 frames that do not overlap, the remainder dropped; shorter gaits are \
            taken as they are. Figures are pooled over all windows. Labels are matched by name: the data set may have \
            fewer than the model, and gaits of a label that the model does not know are left out and counted.

            Example:
              gaitctl evaluate --model config/models/step-default.safetensors --dataset emotion4 --json
            """)

    @Option(help: ArgumentHelp("The model file.", valueName: "file"))
    var model: String

    @Option(help: ArgumentHelp("The data set's folder.", valueName: "folder"))
    var dataset: String

    @OptionGroup var output: OutputOptions

    func run() throws {
        BLAS.useThreads(1)
        let classifier = try EmotionClassifier(contentsOf: model)
        let data = try DatasetReader.dataset(in: dataset)
        let index = Dictionary(
            uniqueKeysWithValues: zip(classifier.card.labels, classifier.card.labels.indices))
        let known = data.gaits.filter { index[data.labelNames[$0.label]] != nil }
        guard !known.isEmpty else {
            throw CommandFailure.failure(
                "\(dataset) has the labels \(data.labelNames.joined(separator: ", ")), "
                    + "\(model) knows only \(classifier.card.labels.joined(separator: ", "))")
        }
        let labels = known.compactMap { index[data.labelNames[$0.label]] }
        let result = Evaluation.run(
            classifier, gaits: known.map(\.gait), labels: labels, isCancelled: { Interruption.isRequested })
        try Interruption.check()
        let figures = ClassificationReport(
            result.outcomes, recordings: result.gaits.map { known[$0].sourceFile },
            labels: classifier.card.labels)
        let report = Report(
            model: classifier.card, gaits: known.count, leftOut: data.gaits.count - known.count,
            abstention: classifier.minimumConfidence.map { threshold in
                Joined(AbstentionReport(result.outcomes) { _ in threshold }, ["threshold": threshold])
            })
        try output.emit(Joined(figures, report))
    }

    /// What the command prints beside the figures.
    private struct Report: Encodable {
        let model: ModelCard
        let gaits: Int
        let leftOut: Int
        /// The model's threshold, and what it did; null for a model without one.
        @ExplicitNull var abstention: Joined<AbstentionReport, [String: Float]>?
    }
}
