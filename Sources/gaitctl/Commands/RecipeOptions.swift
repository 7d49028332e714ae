import ArgumentParser
import Gait
import GaitModels
import NeuralNetwork

/// The options of `gaitctl train` that decide how a network is trained.
struct RecipeOptions: ParsableArguments {
    @Option(help: "How often every gait is seen.")
    var epochs = TrainingOptions().epochs

    @Option(help: "Gaits per step.")
    var batch = TrainingOptions().batch

    @Option(help: "The largest learning rate.")
    var learningRate = TrainingOptions().learningRate

    @Option(help: "How the learning rate changes: one_cycle, step.")
    var schedule = TrainingOptions().schedule

    @Option(help: "Weight decay.")
    var weightDecay = TrainingOptions().weightDecay

    @Flag(inversion: .prefixedNo, help: "Decouple weight decay from the gradient (AdamW).")
    var decoupled = TrainingOptions().decoupled

    @Option(help: "The share of channels dropped while training.")
    var dropout = TrainingOptions().dropout

    @Option(help: "The share of a label spread over all classes.")
    var labelSmoothing = TrainingOptions().labelSmoothing

    @Option(help: "Windows drawn per epoch for every 75 frames of a gait.")
    var windowsPerGait = TrainingOptions().windowsPerGait

    @Option(help: "End after this many epochs without a better validation loss; 0: never.")
    var patience = TrainingOptions().patience

    @Option(help: ArgumentHelp("End after this time with the best network so far.", valueName: "seconds"))
    var budget: Double?

    @Option(
        help:
            "How gaits are varied: own (crops and mirror, for sources as in training), sources (also rigs, sizes, tempi, noise)."
    )
    var variation = Variation.own

    @Option(
        help: "The largest standard deviation of joint noise in training, metres. Default: the variation's.")
    var noise: Float?

    @Option(
        help:
            "The probability of bones as long as another source's skeleton has them. Default: the variation's."
    )
    var rig: Float?

    @Option(
        help:
            "The standard deviation of constant joint offsets in training, metres. Default: the variation's.")
    var offset: Float?

    @Option(help: "The spread of walking speed in training. Default: the variation's.")
    var speed: Float?

    @Option(help: "The spread of body size in training. Default: the variation's.")
    var scale: Float?

    @Option(
        help:
            "The probability of a training gait seen as by a source of 10 to 30 frames a second. Default: the variation's."
    )
    var sourceRate: Float?

    @Option(help: "The probability of a training gait seen in a mirror. Default: the variation's.")
    var mirror: Float?

    @Option(parsing: .upToNextOption, help: "The affective features used, 0 to 28. Default: all.")
    var features: [Int] = []

    @Option(
        help:
            "What the affective features' positions are relative to: root, world. Default: root for step, world for svm."
    )
    var affectiveOrigin: AffectiveOrigin?

    @Option(help: "How often a gait is smoothed before its affective features are computed.")
    var affectiveSmoothing = TrainingOptions().affectiveSmoothing

    enum Variation: String, CaseIterable, ExpressibleByArgument {
        case own
        case sources
    }

    @Flag(
        inversion: .prefixedNo,
        help: "Turn a gait to a common heading before its affective features are computed.")
    var affectiveTurned = TrainingOptions().affectiveTurned

    func validate() throws {
        func check(_ name: String, _ value: Double, _ range: ClosedRange<Double>) throws {
            guard range.contains(value) else {
                throw ValidationError(
                    "--\(name) is \(range.lowerBound) to \(range.upperBound), not \(value).")
            }
        }
        try check("epochs", Double(epochs), 1...100_000)
        try check("batch", Double(batch), 2...1024)
        try check("learning-rate", Double(learningRate), 1e-7...1)
        try check("weight-decay", Double(weightDecay), 0...1)
        try check("dropout", Double(dropout), 0...0.9)
        try check("label-smoothing", Double(labelSmoothing), 0...0.9)
        try check("windows-per-gait", Double(windowsPerGait), 0.1...100)
        try check("patience", Double(patience), 0...100_000)
        try check("noise", Double(noise ?? 0), 0...0.5)
        try check("rig", Double(rig ?? 0), 0...1)
        try check("offset", Double(offset ?? 0), 0...0.2)
        try check("speed", Double(speed ?? 0), 0...0.5)
        try check("scale", Double(scale ?? 0), 0...0.5)
        try check("source-rate", Double(sourceRate ?? 0), 0...1)
        try check("mirror", Double(mirror ?? 0), 0...1)
        try check("affective-smoothing", Double(affectiveSmoothing), 0...100)
        if let budget { try check("budget", budget, 1...1e7) }
        guard features.allSatisfy({ (0..<AffectiveFeatures.count).contains($0) }),
            Set(features).count == features.count
        else {
            throw ValidationError("--features are 0 to \(AffectiveFeatures.count - 1), each once.")
        }
    }

    /// The options as the trainer takes them.
    func options(seed: UInt64, method: TrainCommand.Method) -> TrainingOptions {
        var options = TrainingOptions()
        (options.epochs, options.batch, options.seed) = (epochs, batch, seed)
        (options.learningRate, options.schedule) = (learningRate, schedule)
        (options.weightDecay, options.decoupled) = (weightDecay, decoupled)
        (options.dropout, options.labelSmoothing) = (dropout, labelSmoothing)
        (options.windowsPerGait, options.patience) = (windowsPerGait, patience)
        options.budget = budget ?? .infinity
        options.affectiveOrigin = affectiveOrigin ?? (method == .svm ? .world : .root)
        options.affectiveSmoothing = affectiveSmoothing
        options.affectiveTurned = affectiveTurned
        if !features.isEmpty { options.affectiveFeatures = features }
        options.augmentation = variation == .own ? Augmentation() : .sources
        if let noise { options.augmentation.noise = noise }
        if let rig { options.augmentation.rig = rig }
        if let offset { options.augmentation.offset = offset }
        if let speed { options.augmentation.speed = speed }
        if let scale { options.augmentation.scale = scale }
        if let sourceRate { options.augmentation.sourceRate = sourceRate }
        if let mirror { options.augmentation.mirror = mirror }
        return options
    }
}

extension LearningRateSchedule: ExpressibleByArgument {}
