import ArgumentParser
import Foundation
import Gait
import GaitModels
import NeuralNetwork

/// `gaitctl explain`: which joints at which times, and which features, spoke for an emotion.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract:
            "Show which joints, at which times, supported the emotion that a model predicts for a gait.",
        discussion: """
            The saliency of a joint in a frame is the norm of the gradient of the label's logit with respect to the \
            joint's coordinates (and velocities, where the model sees them), each counted in its standard deviations \
            over the training set, averaged over the model's networks, and divided by the largest. With the method \
            guided only what is positive passes back through rectifications (guided backpropagation); with plain \
            everything does. A feature's contribution is the logit's gradient times its scaled value: above 0 it spoke \
            for the label. The gradient says what the model looks at, not why people walk as they do.

            With --svg the walk is drawn with its joints by saliency, and all joints over time below.
            Of a gait longer than the model's window the last window is explained.

            Examples:
              gaitctl explain --simulate sad --svg sad.svg
              gaitctl explain --dataset emotion4 --gait KEY --label angry --json
              gaitctl explain --recording walk.jsonl --person 7 --at 12
            """)

    @Option(help: ArgumentHelp("The model file.", valueName: "file"))
    var model = "config/models/step-default.safetensors"

    @OptionGroup var sources: GaitSourceOptions

    @Option(help: "The label to explain; the most probable one without it.")
    var label: String?

    @Option(help: "How gradients pass back through rectifications: guided or plain.")
    var method = GaitExplainer.Method.guided

    @Option(help: ArgumentHelp("Draw the explanation into this file.", valueName: "file"))
    var svg: String?

    @Option(help: "View of the walker: front, side or oblique.")
    var view = FigureView.oblique

    @OptionGroup var output: OutputOptions

    func validate() throws {
        try require(
            max(sources.gait.count, sources.simulate.count) <= 1,
            "Only one gait at a time can be explained.")
    }

    func run() throws {
        BLAS.useThreads(1)
        let file = try ModelFile(contentsOf: model)
        let card = try EmotionClassifier(file.model, path: file.path, sha256: file.sha256).card
        let explainer = try GaitExplainer(file.model, path: file.path)
        let index = label.flatMap { card.labels.firstIndex(of: $0) }
        if let label, index == nil {
            throw CommandFailure.failure(
                "the model has no label '\(label)'; it has \(card.labels.joined(separator: ", "))")
        }
        let frames = file.model.description.step?.window ?? Gait.windowFrames
        let sourced = try gait(frames: frames)
        let explanation = explainer.explain(sourced.gait, label: index, method: method)
        let report = ExplanationReport(
            explanation, name: "\(sourced.title), \(sourced.detail)", model: card, method: method,
            rate: sourced.rate)
        if let svg {
            let explained = sourced.gait.slice(start: explanation.firstFrame, frames: report.values.count)
            let sheet = ExplanationSheet(report, gait: explained, rate: sourced.rate, view: view)
            try PictureFile.write(sheet.document(), to: svg)
        }
        try output.emit(report) { report.text }
    }

    /// The one gait that the options choose.
    private func gait(frames: Int) throws -> SourcedGait {
        // A data set's gaits are whole, so that their last windows can be found; others are as long as wanted.
        let seconds = sources.dataset == nil ? Double(frames) / Double(Gait.frameRate) : 3600
        let gaits = try sources.gaits(seconds: seconds, inWholeStrides: false)
        guard let gait = gaits.first, gaits.count == 1 else {
            let names = gaits.map(\.title).joined(separator: ", ")
            throw CommandFailure.failure(
                "only one person at a time can be explained: choose one of \(names) with --person")
        }
        return gait
    }
}

extension GaitExplainer.Method: ExpressibleByArgument {}

extension ExplanationReport {
    /// The ranking, for people.
    var text: String {
        let shares = probabilities.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { String(format: "\($0.key) %.0f %%", $0.value * 100) }.joined(separator: ", ")
        var lines = ["\(name): what supported \(label) (\(shares))", ""]
        let largest = max(topJoints.first?.share ?? 0, 1e-6)
        for joint in topJoints where joint.share > 0 {
            let name = joint.joint.padding(toLength: 10, withPad: " ", startingAt: 0)
            let bar = TextFormat.bar(joint.share / largest)
            let peak = joints.firstIndex(of: joint.joint).flatMap { column in
                values.indices.max { values[$0][column] < values[$1][column] }
            }
            let time = peak.map { String(format: ", most at %.2f s", times[$0]) } ?? ""
            lines.append("  \(name) \(bar) " + String(format: "%4.1f %%", joint.share * 100) + time)
        }
        if !topFeatures.isEmpty { lines.append("") }
        for feature in topFeatures {
            let name = feature.feature.padding(toLength: 26, withPad: " ", startingAt: 0)
            let verdict = feature.contribution < 0 ? "against it" : "for it"
            lines.append("  \(name) " + String(format: "%+.3f", feature.contribution) + " \(verdict)")
        }
        return lines.joined(separator: "\n")
    }
}
