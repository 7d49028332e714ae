import ArgumentParser
import Datasets
import Foundation
import Gait
import GaitModels
import NeuralNetwork

/// `gaitctl classify`: the perceived emotion of every window of a data set or recording, without a broker.
struct ClassifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "classify",
        abstract: "Classify the gaits of a data set or of a recording, without a broker.",
        discussion: """
            A data set is a folder in the E-Gait form; its labels do not count. A recording is a file of JSON \
            lines, {"topic": …, "at": seconds, "payload": {skeleton message}}; a window is classified every --every \
            seconds for every person in it.

            Examples:
              gaitctl classify --model config/models/step-default.safetensors --dataset emotion4
              gaitctl classify --model config/models/step-default.safetensors --recording walk.jsonl --json
            """)

    @Option(help: ArgumentHelp("The model file.", valueName: "file"))
    var model = "config/models/step-default.safetensors"

    @Option(help: ArgumentHelp("A data set's folder.", valueName: "folder"))
    var dataset: String?

    @Option(help: ArgumentHelp("A recording of skeleton messages, JSON lines.", valueName: "file"))
    var recording: String?

    @Option(
        help: ArgumentHelp("Seconds between two windows of a person in a recording.", valueName: "seconds"))
    var every = 2.5

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (dataset == nil) != (recording == nil) else {
            throw ValidationError("Give either --dataset or --recording.")
        }
        guard (0.1...60).contains(every) else {
            throw ValidationError("--every is 0.1 to 60 seconds, not \(every).")
        }
    }

    func run() throws {
        BLAS.useThreads(1)
        let classifier = try EmotionClassifier(contentsOf: model)
        var windows: [NamedWindow] = []
        var skipped: [String: Int] = [:]
        if let dataset {
            for gait in try DatasetReader.dataset(in: dataset).gaits {
                for (index, window) in gait.gait.windows().enumerated() {
                    let start = Double(index * Gait.windowFrames) / Double(Gait.frameRate)
                    windows.append(NamedWindow(name: gait.key, start: start, gait: window))
                }
            }
        } else if let recording {
            var reader = SkeletonRecording(every: every)
            try reader.read(recording)
            (windows, skipped) = (reader.windows, reader.rejected)
        }
        var rows: [Row] = []
        for start in stride(from: 0, to: windows.count, by: 16) {
            try Interruption.check()
            let some = windows[start..<min(start + 16, windows.count)]
            for (window, found) in zip(some, classifier.classify(some.map(\.gait))) {
                rows.append(Row(window, found, labels: classifier.card.labels))
            }
        }
        try output.emit(Report(model: classifier.card, windows: rows, rejected: skipped))
    }

    /// One classified window.
    private struct Row: Encodable {
        let name: String
        let start: Double
        let emotion: String
        let confidence: Float
        let probabilities: [String: Float]
        let walking: Bool

        init(_ window: NamedWindow, _ found: EmotionClassifier.Classification, labels: [String]) {
            name = window.name
            start = window.start
            emotion = labels[found.label]
            confidence = found.probabilities[found.label]
            probabilities = Dictionary(uniqueKeysWithValues: zip(labels, found.probabilities))
            walking = WalkDetector().isWalking(window.gait)
        }
    }

    private struct Report: Encodable {
        let model: ModelCard
        let windows: [Row]
        /// What could not be used of a recording, by reason.
        let rejected: [String: Int]
    }
}

/// A window with its name and its beginning.
struct NamedWindow {
    /// A gait's key, or robot and person.
    let name: String
    /// Seconds since the gait's or recording's beginning.
    let start: Double
    let gait: Gait
}
