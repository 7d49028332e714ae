import ArgumentParser
import Datasets
import Foundation
import Gait
import GaitModels
import GaitNode
import Messaging
import NeuralNetwork
import Recognition

/// `gaitctl classify`: the perceived emotion of every window of a data set or recording, without a broker.
struct ClassifyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "classify",
        abstract: "Classify the gaits of a data set or of a recording, without a broker.",
        discussion: """
            A data set is a folder in the E-Gait form; its labels do not count. A recording is a file of JSON \
            lines, {"topic": …, "at": seconds, "payload": {skeleton message}}; a window is classified every --every \
            seconds for every person in it. A window's state is ok, uncertain (below the model's confidence) or \
            not_walking; the counts also have the times when there was no whole window, insufficient_data.

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

    @OptionGroup var lifting: LiftingOptions

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
        var windows: [RecordedWindows.Window] = []
        var rejected: [String: Int] = [:]
        var states = EmotionStateCounts()
        if let dataset {
            for gait in try DatasetReader.dataset(in: dataset).gaits {
                for (index, window) in gait.gait.windows().enumerated() {
                    let start = Double(index * Gait.windowFrames) / Double(Gait.frameRate)
                    windows.append(
                        RecordedWindows.Window(
                            name: gait.key, start: start, gait: window, unread: WalkDetector().unread(window))
                    )
                }
            }
        } else if let recording {
            let recorded = try RecordedWindows(of: recording, every: every, lift: lifting.lift())
            (windows, rejected) = (recorded.windows, recorded.rejected)
            for _ in 0..<recorded.insufficient { states.count(.insufficientData) }
        }
        let minimumConfidence =
            classifier.minimumConfidence ?? Float(EmotionDecision.defaultMinimumConfidence)
        var rows: [Row] = []
        for start in stride(from: 0, to: windows.count, by: 16) {
            try Interruption.check()
            let some = windows[start..<min(start + 16, windows.count)]
            for (window, found) in zip(some, classifier.classify(some.map(\.gait))) {
                let row = Row(
                    window, found, labels: classifier.card.labels, minimumConfidence: minimumConfidence)
                states.count(row.state)
                rows.append(row)
            }
        }
        try output.emit(Report(model: classifier.card, windows: rows, states: states, rejected: rejected))
    }

    /// One classified window.
    private struct Row: Encodable {
        let name: String
        let start: Double
        let emotion: String
        let confidence: Float
        let probabilities: [String: Float]
        let walking: Bool
        let state: EmotionState
        @ExplicitNull var reason: UnreadReason?

        init(
            _ window: RecordedWindows.Window, _ found: EmotionClassifier.Classification, labels: [String],
            minimumConfidence: Float
        ) {
            name = window.name
            start = window.start
            emotion = labels[found.label]
            confidence = found.probabilities[found.label]
            probabilities = Dictionary(uniqueKeysWithValues: zip(labels, found.probabilities))
            walking = window.unread == nil
            state = window.unread?.state ?? (confidence < minimumConfidence ? .uncertain : .ok)
            reason = window.unread?.reason
        }
    }

    private struct Report: Encodable {
        let model: ModelCard
        let windows: [Row]
        /// The windows by state.
        let states: EmotionStateCounts
        /// What could not be used of a recording, by reason.
        let rejected: [String: Int]
    }
}

extension RecordedWindows {
    /// Reads a file to its end.
    ///
    /// - Throws: `MessagingError.recording` if the file cannot be read, `CommandFailure.failure` if it has no whole window,
    ///   or at Ctrl-C.
    init(of path: String, every: Double, lift: Lift? = nil) throws {
        self.init(every: every, topics: try Topics(node: "gaitctl"), lift: lift)
        let reader = try RecordingReader(path)
        while let recorded = try reader.next() {
            try Interruption.check()
            take(recorded)
        }
        try Interruption.check()
        for (reason, lines) in reader.damage { reject(reason, lines.count) }
        if windows.isEmpty {
            let reasons = rejected.map { "\($0.key): \($0.value)" }.sorted().joined(separator: ", ")
            throw CommandFailure.failure(
                "\(path) has no whole window of 2.5 s\(reasons.isEmpty ? "" : "; rejected \(reasons)")")
        }
    }
}
