import ArgumentParser
import Gait
import GaitModels

/// The options of `gaitctl train` that decide the network's design.
struct NetworkOptions: ParsableArguments {
    @Option(
        help:
            "The design to begin with: \(STEPConfiguration.Preset.allCases.map(\.rawValue).joined(separator: ", "))."
    )
    var preset = STEPConfiguration.Preset.step

    @Option(help: "The temporal kernel, odd. Default: the preset's.")
    var kernel: Int?

    @Option(parsing: .upToNextOption, help: "The layers' channels, one per layer. Default: the preset's.")
    var widths: [Int] = []

    @Option(help: "Joints that sources place differently: given, limbs (derived). Default: the recipe's.")
    var skeleton: JointNormalization?

    @Option(
        help:
            "What is done about noise: off, adaptive (smoothed as much as it is noisy). Default: the recipe's."
    )
    var denoising: STEPConfiguration.Denoising?

    @Option(help: "The view normalisation: none, reference_pose, hip_axis. Default: the preset's.")
    var normalisation: ViewNormalization?

    @Option(help: "What the network sees: positions, positions_and_velocities. Default: the preset's.")
    var input: STEPConfiguration.Input?

    @Option(help: "How often the gait is smoothed before the network sees it. Default: the preset's.")
    var smoothing: Int?

    @Option(help: "Hop distances of the graph partition: one_hop, full. Default: the preset's.")
    var hops: SkeletonGraph.HopDistance?

    @Option(help: "How many networks are trained from different seeds and averaged. Default: the preset's.")
    var members: Int?

    @Option(
        help: """
            How many of them, the last ones, are trained on gaits seen through other sources, and alone decide about \
            rough gaits. Default: the recipe's; all of them where --members is given.
            """)
    var robustMembers: Int?

    @Flag(inversion: .prefixedNo, help: "Classify the mirrored gait too and average. Default: the preset's.")
    var mirrored: Bool?

    /// Builds a network's configuration, so that what is wrong is told before any data are read.
    func validate() throws {
        do { _ = try configuration(labels: ["one", "other"], recipe: .styles) } catch let error as ModelError
        {
            throw ValidationError(error.description)
        }
    }

    /// An option that is given and only concerns classifiers; nil where there is none.
    var classifierOption: String? {
        let given: [(String, Bool)] = [
            ("--preset", preset != .step), ("--widths", !widths.isEmpty), ("--skeleton", skeleton != nil),
            ("--denoising", denoising != nil), ("--normalisation", normalisation != nil),
            ("--input", input != nil), ("--smoothing", smoothing != nil), ("--members", members != nil),
            ("--robust-members", robustMembers != nil), ("--mirrored", mirrored != nil),
        ]
        return given.first { $0.1 }?.0
    }

    /// The configuration for the given classes.
    ///
    /// - Parameter recipe: what the preset `step` is fed; the others stay what they were published as.
    /// - Throws: `ModelError.configuration` where no network can be built from it.
    func configuration(labels: [String], recipe: TrainingRecipe) throws -> STEPConfiguration {
        var configuration = STEPConfiguration.preset(preset, labels: labels)
        if preset == .step { recipe.prepare(&configuration) }
        if let kernel { configuration.kernel = kernel }
        if let skeleton { configuration.skeleton = skeleton }
        if let denoising { configuration.denoising = denoising }
        if let normalisation { configuration.normalisation = normalisation }
        if let input { configuration.input = input }
        if let smoothing { configuration.smoothing = smoothing }
        if let hops { configuration.hopDistance = hops }
        if let members { configuration.members = members }
        if members != nil { configuration.robustMembers = nil }
        if let robustMembers { configuration.robustMembers = robustMembers }
        if let mirrored { configuration.mirrored = mirrored }
        if !widths.isEmpty {
            guard widths.count == configuration.blocks.count else {
                throw ValidationError(
                    "--widths has \(widths.count) values for \(configuration.blocks.count) layers.")
            }
            for (index, width) in widths.enumerated() {
                configuration.blocks[index].width = width
                if configuration.blocks[index].residual == .identity {
                    configuration.blocks[index].residual = .projection
                }
            }
        }
        try configuration.validate()
        return configuration
    }
}

extension STEPConfiguration.Preset: ExpressibleByArgument {}
extension STEPConfiguration.Input: ExpressibleByArgument {}
extension ViewNormalization: ExpressibleByArgument {}
extension JointNormalization: ExpressibleByArgument {}
extension STEPConfiguration.Denoising: ExpressibleByArgument {}
extension SkeletonGraph.HopDistance: ExpressibleByArgument {}
