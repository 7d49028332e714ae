import ArgumentParser
import GaitModels

/// The options of `gaitctl train` that only a generator has.
struct GeneratorOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            """
            Train on this many synthetic gaits of every class beside the real ones (STEP+Aug). The generator sees only \
            the gaits that are trained on. With --folds, the same folds are measured without them, too.
            """, valueName: "per-class=N"))
    var augment: SyntheticCount?

    @Option(help: "How often the generator of --augment sees every gait. Default: the design's.")
    var generatorEpochs: Int?

    @Option(help: "The weight of differences of velocities and accelerations. Default: the design's.")
    var push: Float?

    @Option(
        help: "The weight of the ways from the first, middle and last frame. Default: the design's.")
    var pull: Float?

    @Option(help: "The weight of the latents' divergence from the prior. Default: the design's.")
    var divergence: Float?

    @Option(help: "The weight of bones that change their length. Default: the design's.")
    var bone: Float?

    @Option(help: "The weight of the feet's motion over the ground. Default: the design's.")
    var foot: Float?

    @Option(help: "The weight of the stride's frequency. Default: the design's.")
    var tempo: Float?

    @Option(help: "The length of a latent. Default: the design's.")
    var latent: Int?

    @Option(
        help: "The share of the training over which the divergence's weight grows. Default: the design's.")
    var warmUp: Float?

    @Option(help: ArgumentHelp("A generator of the same network to begin from.", valueName: "file"))
    var start: String?

    func validate() throws {
        guard (1...100_000).contains(generatorEpochs ?? 1) else {
            throw ValidationError("--generator-epochs is 1 to 100000.")
        }
        guard generatorEpochs == nil || augment != nil else {
            throw ValidationError("--generator-epochs goes with --augment.")
        }
        for weight in [push, pull, divergence, bone, foot, tempo].compactMap(\.self) {
            guard (0...1e6).contains(weight) else {
                throw ValidationError("The weights of the loss are 0 to 1000000, not \(weight).")
            }
        }
        guard (1...512).contains(latent ?? 1), (0...1).contains(warmUp ?? 0) else {
            throw ValidationError("--latent is 1 to 512, --warm-up 0 to 1.")
        }
    }

    /// Whether any of the options that shape a generator is given.
    var isGiven: Bool {
        [push, pull, divergence, bone, foot, tempo, warmUp].contains { $0 != nil } || latent != nil
    }

    /// Changes what the options say.
    func apply(to configuration: inout STEPGenConfiguration, _ options: inout STEPGenOptions) {
        if let push { configuration.loss.push = push }
        if let pull { configuration.loss.pull = pull }
        if let divergence { configuration.loss.divergence = divergence }
        if let bone { configuration.loss.bone = bone }
        if let foot { configuration.loss.foot = foot }
        if let tempo { configuration.loss.tempo = tempo }
        if let latent { configuration.latent = latent }
        if let warmUp { options.warmUp = warmUp }
    }
}
