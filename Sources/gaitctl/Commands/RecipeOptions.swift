import ArgumentParser
import Gait
import GaitModels
import NeuralNetwork

/// The options of `gaitctl train` that decide how a network is trained.
struct RecipeOptions: ParsableArguments {
    @Option(
        help: """
            What to begin with: styles (for gaits from the source that was trained on), emotions (for people and sources \
            that were not). Default: emotions where every label is one, otherwise styles.
            """)
    var recipe: TrainingRecipe?

    @Option(help: "How often every gait is seen. Default: the recipe's.")
    var epochs: Int?

    @Option(help: "Gaits per step. Default: the recipe's.")
    var batch: Int?

    @Option(help: "The largest learning rate. Default: the recipe's.")
    var learningRate: Float?

    @Option(help: "How the learning rate changes: one_cycle, step. Default: the recipe's.")
    var schedule: LearningRateSchedule?

    @Option(help: "Weight decay. Default: the recipe's.")
    var weightDecay: Float?

    @Flag(
        inversion: .prefixedNo,
        help: "Decouple weight decay from the gradient (AdamW). Default: the recipe's.")
    var decoupled: Bool?

    @Option(help: "The share of channels dropped while training.")
    var dropout = TrainingOptions().dropout

    @Option(help: "The share of a label spread over all classes.")
    var labelSmoothing = TrainingOptions().labelSmoothing

    @Option(
        help: """
            Windows drawn per epoch for every 75 frames of a gait, at least one. Default: 1 for a classifier, 0 for a             generator.
            """)
    var windowsPerGait: Float?

    @Option(help: "End after this many epochs without a better validation loss; 0: never.")
    var patience = TrainingOptions().patience

    @Option(help: ArgumentHelp("End after this time with the best network so far.", valueName: "seconds"))
    var budget: Double?

    @Option(
        help: "The largest standard deviation of such a source's joint noise, metres. Default: the recipe's.")
    var noise: Float?

    @Option(
        help:
            "The probability of bones as long as another source's skeleton has them. Default: the recipe's."
    )
    var rig: Float?

    @Option(
        help:
            "The standard deviation of constant joint offsets in training, metres. Default: the recipe's.")
    var offset: Float?

    @Option(help: "The spread of walking speed in training. Default: the recipe's.")
    var speed: Float?

    @Option(help: "The spread of body size in training. Default: the recipe's.")
    var scale: Float?

    @Option(
        help:
            "The probability of a training gait seen through another source: frame rate, noise, losses. Default: the recipe's."
    )
    var source: Float?

    @Option(help: "The largest share of such a source's frames that are lost. Default: the recipe's.")
    var loss: Float?

    @Option(help: "The probability of a training gait seen in a mirror. Default: the recipe's.")
    var mirror: Float?

    @Option(parsing: .upToNextOption, help: "The affective features used, 0 to 28. Default: all.")
    var features: [Int] = []

    @Option(
        help:
            "What the affective features' positions are relative to: root, world. Default: root for step, world for svm."
    )
    var affectiveOrigin: AffectiveOrigin?

    @Option(
        help:
            "How often a gait is smoothed before its affective features are computed. Default: the recipe's.")
    var affectiveSmoothing: Int?

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
        try check("epochs", Double(epochs ?? 1), 1...100_000)
        try check("batch", Double(batch ?? 2), 2...1024)
        try check("learning-rate", Double(learningRate ?? 1), 1e-7...1)
        try check("weight-decay", Double(weightDecay ?? 0), 0...1)
        try check("dropout", Double(dropout), 0...0.9)
        try check("label-smoothing", Double(labelSmoothing), 0...0.9)
        try check("windows-per-gait", Double(windowsPerGait ?? 1), 0...100)
        try check("patience", Double(patience), 0...100_000)
        try check("noise", Double(noise ?? 0), 0...0.5)
        try check("rig", Double(rig ?? 0), 0...1)
        try check("offset", Double(offset ?? 0), 0...0.2)
        try check("speed", Double(speed ?? 0), 0...0.5)
        try check("scale", Double(scale ?? 0), 0...0.5)
        try check("source", Double(source ?? 0), 0...1)
        try check("loss", Double(loss ?? 0), 0...0.5)
        try check("mirror", Double(mirror ?? 0), 0...1)
        try check("affective-smoothing", Double(affectiveSmoothing ?? 0), 0...100)
        if let budget { try check("budget", budget, 1...1e7) }
        guard features.allSatisfy({ (0..<AffectiveFeatures.count).contains($0) }),
            Set(features).count == features.count
        else {
            throw ValidationError("--features are 0 to \(AffectiveFeatures.count - 1), each once.")
        }
    }

    /// An option that is given and only concerns classifiers; nil where there is none.
    var classifierOption: String? {
        let given: [(String, Bool)] = [
            ("--recipe", recipe != nil), ("--dropout", dropout != TrainingOptions().dropout),
            ("--label-smoothing", labelSmoothing != TrainingOptions().labelSmoothing),
            ("--features", !features.isEmpty), ("--affective-origin", affectiveOrigin != nil),
            ("--affective-smoothing", affectiveSmoothing != nil),
            ("--no-affective-turned", affectiveTurned != TrainingOptions().affectiveTurned),
        ]
        return given.first { $0.1 }?.0
    }

    /// The recipe for these classes.
    func recipe(for labels: [String]) -> TrainingRecipe { recipe ?? .usual(for: labels) }

    /// The options as the trainer takes them.
    func options(seed: UInt64, method: TrainCommand.Method, labels: [String]) -> TrainingOptions {
        // The baseline stays the plain one, whatever networks are given.
        var options = method == .svm ? TrainingOptions() : recipe(for: labels).options
        apply(to: &options.optimization, seed: seed)
        (options.dropout, options.labelSmoothing) = (dropout, labelSmoothing)
        options.affectiveOrigin = affectiveOrigin ?? (method == .svm ? .world : .root)
        if let affectiveSmoothing { options.affectiveSmoothing = affectiveSmoothing }
        options.affectiveTurned = affectiveTurned
        if !features.isEmpty { options.affectiveFeatures = features }
        apply(to: &options.augmentation)
        return options
    }

    /// The options of a generator's training, as far as they concern it.
    func options(for design: STEPGenDesign, seed: UInt64) -> STEPGenOptions {
        var options = design.options
        apply(to: &options.optimization, seed: seed)
        apply(to: &options.augmentation)
        return options
    }

    private func apply(to optimization: inout Optimization, seed: UInt64) {
        optimization.seed = seed
        if let batch { optimization.batch = batch }
        if let epochs { optimization.epochs = epochs }
        if let learningRate { optimization.learningRate = learningRate }
        if let schedule { optimization.schedule = schedule }
        if let weightDecay { optimization.weightDecay = weightDecay }
        if let decoupled { optimization.decoupled = decoupled }
        if let windowsPerGait { optimization.windowsPerGait = windowsPerGait }
        optimization.patience = patience
        optimization.budget = budget ?? .infinity
    }

    private func apply(to augmentation: inout Augmentation) {
        if let noise { augmentation.noise = noise }
        if let rig { augmentation.rig = rig }
        if let offset { augmentation.offset = offset }
        if let speed { augmentation.speed = speed }
        if let scale { augmentation.scale = scale }
        if let source { augmentation.source = source }
        if let loss { augmentation.loss = loss }
        if let mirror { augmentation.mirror = mirror }
    }
}

extension LearningRateSchedule: ExpressibleByArgument {}
extension TrainingRecipe: ExpressibleByArgument {}
