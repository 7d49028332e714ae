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
        abstract: "Make synthetic, labelled gaits with a trained generator.",
        discussion: """
            Writes a data set's folder (features.h5, labels.h5, manifest.csv) with as many gaits of every class, 75 \
            frames each. Every gait is drawn from the prior; with --around DATASET it lies between two real gaits of \
            its class instead.

            Example:
              gaitctl generate --weights generator.safetensors --per-class 200 --seed 1 --out synthetic
            """)

    @Option(help: ArgumentHelp("The generator's model file.", valueName: "file"))
    var weights: String

    @Option(help: "How many gaits of every class are made.")
    var perClass = 100

    @Option(help: "The seed of everything random.")
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("The folder to write, which must not hold anything yet.", valueName: "folder"))
    var out: String

    @Option(
        help: ArgumentHelp("Make gaits between the real ones of this data set.", valueName: "folder"))
    var around: String?

    @OptionGroup var output: OutputOptions

    func run() throws {
        BLAS.useThreads(1)
        let generator = try GaitGenerator(contentsOf: weights)
        let real = try around.map { try ReadingProcess.dataset(in: $0) }
        var random = SeededGenerator(seed: seed)
        var gaits: [LabelledGait] = []
        for (label, name) in generator.labels.enumerated() {
            let source: GaitGenerator.Source =
                real.map { real in
                    .around(real.gaits.filter { real.labelNames[$0.label] == name }.map(\.gait))
                } ?? .prior
            let made = try generator.make(perClass, label: label, from: source, using: &random)
            for (index, gait) in made.enumerated() {
                gaits.append(
                    LabelledGait(key: "\(name)-\(index)", gait: gait, label: label, attributes: ["synthetic": "true"]))
            }
        }
        try GaitDataset(labelNames: generator.labels, gaits: gaits).write(to: out)
        print("wrote \(gaits.count)")
    }
}
