import ArgumentParser
import Datasets
import Foundation
import Gait
import GaitModels
import NeuralNetwork

/// `gaitctl generate`: synthetic gaits from a generator.
struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Make synthetic, labeled gaits with a trained generator.",
        discussion: """
            Writes a data set's folder (features.h5, labels.h5, manifest.csv) with as many gaits of every class, 75 \
            frames each. Every gait is drawn from the prior; with --around DATASET it lies between two real gaits of \
            its class instead. Gaits whose limbs change their length by more than 5 %, whose planted foot slides, or \
            whose joints exceed 10 m/s are dropped, counted by reason and made anew.

            Examples:
              gaitctl generate --weights generator.safetensors --per-class 200 --seed 1 --out synthetic
              gaitctl generate --weights generator.safetensors --around emotion4 --out near --svg
            """)

    @Option(help: ArgumentHelp("The generator's model file.", valueName: "file"))
    var weights: String

    @Option(help: "Number of gaits to make per class.")
    var perClass = 100

    @Option(help: "The random seed.")
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("The folder to write, new or empty.", valueName: "folder"))
    var out: String

    @Option(
        help: ArgumentHelp("Make gaits between the real ones of this data set.", valueName: "folder"))
    var around: String?

    @Option(
        help: """
            Spread around the middle of a class, as a share of the deviation of its gaits. \
            Default: \(GaitGenerator.defaultSpread).
            """)
    var spread: Float?

    @Flag(help: "Also draw the first gaits of every class: an animated sheet CLASS.svg each, in the folder.")
    var svg = false

    @Option(help: "Attempts per requested gait before giving up on a class.")
    var tries = 10

    @OptionGroup var output: OutputOptions

    func validate() throws {
        try checkRange("--per-class", perClass, 1...25_000)
        try checkRange("--tries", tries, 1...1000)
        try checkRange("--spread", spread, 0...3)
        try require(
            around == nil || spread == nil, "--spread is about the prior; it does not go with --around.")
    }

    func run() throws {
        BLAS.useThreads(1)
        let generator = try GaitGenerator(contentsOf: weights)
        let real = try around.map { try DatasetReader.dataset(in: $0) }
        let progress = ProgressReporter()
        defer { progress.finish() }
        let made = try generator.walks(
            perClass: perClass, tries: tries, seed: seed,
            observer: TrainingObserver(isCancelled: { Interruption.isRequested })
        ) { label in
            progress.report(label)
            return try source(of: label, in: real)
        }
        let gaits = made.enumerated().flatMap { label, made in
            made.gaits.enumerated().map { index, gait in
                LabelledGait(
                    key: "\(made.label)-\(index)", gait: gait, label: label,
                    attributes: ["synthetic": "true", "seed": "\(seed)"])
            }
        }
        let classes = made.map(Report.Class.init)
        guard !gaits.isEmpty else {
            throw CommandFailure.failure(
                "no gait is a walk, so nothing is written: \(ReportText.line(classes[0]))")
        }
        try GaitDataset(labelNames: generator.labels, gaits: gaits).write(to: out)
        if svg { try draw(gaits, labels: generator.labels) }
        try output.emit(Report(out: out, classes: classes))
        if let short = classes.first(where: { $0.gaits < perClass }) {
            throw CommandFailure.failure("too few gaits are walks: \(ReportText.line(short))")
        }
    }

    private func source(of name: String, in real: GaitDataset?) throws -> GaitGenerator.Source {
        guard let real else { return .prior(spread: spread ?? GaitGenerator.defaultSpread) }
        let own = real.gaits.filter { real.labelNames[$0.label] == name }.map(\.gait)
        guard !own.isEmpty else {
            throw CommandFailure.failure("\(around ?? "") has no gait of '\(name)' to make others around")
        }
        return .around(own)
    }

    private func draw(_ gaits: [LabelledGait], labels: [String]) throws {
        for (label, name) in labels.enumerated() {
            let figures = gaits.filter { $0.label == label }.prefix(4).map { gait in
                GaitSheet.Figure(
                    title: name, details: [gait.key, "synthetic"],
                    walk: FigureWalk(gait.gait, following: .walker), rate: Double(Gait.frameRate))
            }
            guard !figures.isEmpty else { continue }
            let file = name.replacingOccurrences(of: "/", with: "-")
            let path = URL(fileURLWithPath: out).appending(path: "\(file).svg").path
            try PictureFile.write(GaitSheet(figures, view: .oblique).document(), to: path)
        }
    }

    /// What the command prints.
    private struct Report: Encodable {
        let out: String
        let classes: [Class]

        struct Class: Encodable {
            let label: String
            let gaits: Int
            let candidates: Int
            let rejected: [String: Int]

            init(_ made: SyntheticClass) {
                (label, gaits) = (made.label, made.gaits.count)
                (candidates, rejected) = (made.candidates, made.rejected)
            }
        }
    }
}
