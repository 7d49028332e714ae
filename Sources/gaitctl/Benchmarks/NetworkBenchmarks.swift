import ArgumentParser
import Gait
import GaitModels
import NeuralNetwork

/// `gaitctl benchmark inference`: milliseconds per gait through the network.
struct InferenceBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inference",
        abstract: "Time the network on windows of 75 frames, per gait.",
        discussion: """
            Times the network alone, from the window's tensor to the logits. Without --weights it times a fresh STEP \
            with affective features. A lifter is timed from the joints in pictures to the gait.

            Examples:
              gaitctl benchmark inference --weights config/models/step-default.safetensors
              gaitctl benchmark inference --weights config/models/step-default.safetensors --fresh
              gaitctl benchmark inference --kernel 75 --threads 1 --json
              gaitctl benchmark inference --weights config/models/lifter-default.safetensors
            """)

    @Option(help: ArgumentHelp("A model file.", valueName: "file"))
    var weights: String?

    @Flag(help: "Time fresh networks of the shape of --weights instead.")
    var fresh = false

    @Option(help: "The temporal kernel of a fresh STEP, odd.")
    var kernel = 9

    @Option(help: "Threads per matrix product.")
    var threads = 1

    @Option(parsing: .upToNextOption, help: "The number of gaits that go through the network at once.")
    var batch = [1, 8]

    @Option(help: "The number of timed calls.")
    var calls = 200

    @OptionGroup var output: OutputOptions

    func validate() throws {
        try checkRange("--threads", threads, 1...64)
        try checkRange("--calls", calls, 1...1_000_000)
        for size in batch { try checkRange("--batch", size, 1...1024) }
        try require(!fresh || weights != nil, "--fresh needs --weights.")
        try require(!batch.isEmpty, "--batch needs a number.")
        try checkRange("--kernel", kernel, 1...301)
        try require(kernel % 2 == 1, "--kernel is odd, not \(kernel).")
    }

    func run() throws {
        BLAS.useThreads(threads)
        if let lifter = try lifter() { return try output.emit(report(of: lifter)) }
        let (name, networks, configuration, features) = try network()
        // Milliseconds per gait, of all members of the model.
        let results = try batch.map { size in
            var generator = SeededGenerator(seed: 2)
            let batch = RandomBatch(configuration, features: features, batch: size, using: &generator)
            let timing = try Timing(warmUp: 30, calls: calls, per: size) {
                for network in networks { _ = network(batch.input, affective: batch.affective) }
            }
            return Joined(["batch": size], timing)
        }
        try output.emit(
            Report(model: name, threads: threads, kernels: BLAS.kernelFamily, results: results))
    }

    /// The lifter of --weights; nil if that is another model.
    private func lifter() throws -> Lifter? {
        guard let file = try weights.map({ try ModelFile(contentsOf: $0) }),
            file.model.description.lifter != nil
        else { return nil }
        try require(!fresh, "--fresh goes with a STEP network, not with a lifter.")
        return try Lifter(file.model, path: file.path, sha256: file.sha256)
    }

    private func report(of lifter: Lifter) throws -> Report {
        let results = try batch.map { size in
            var generator = SeededGenerator(seed: 2)
            let windows = (0..<size).map { _ in
                let joints = Gait.windowFrames * ImageWindow.joints.count
                return ImageWindow(
                    rays: (0..<joints).map { _ in SIMD2(generator.normal(), generator.normal()) / 4 },
                    confidences: Array(repeating: 1, count: joints), start: 0, end: 2.5, coverage: 1)
            }
            let timing = try Timing(warmUp: 30, calls: calls, per: size) { _ = lifter.lift(windows) }
            return Joined(["batch": size], timing)
        }
        let (card, family) = (lifter.card, BLAS.kernelFamily)
        return Report(
            model: "\(card.name) version \(card.version)", threads: threads, kernels: family, results: results
        )
    }

    /// The networks of the model file or a fresh STEP, its configuration and the number of its features.
    private func network() throws -> (String, [FoldedSTEP], STEPConfiguration, features: Int) {
        if let weights {
            let file = try ModelFile(contentsOf: weights)
            let description = file.model.description
            guard let step = description.step else {
                throw CommandFailure.configuration("\(weights) is no STEP network; only networks are timed")
            }
            let features = step.head.affective ? description.affective?.features.count ?? 0 : 0
            let read = try EmotionClassifier.networks(file)
            let name = "\(description.name) version \(description.version)"
            guard fresh else { return (name, read, step, features) }
            return ("fresh, as \(name)", read.map { _ in Self.fresh(step, features) }, step, features)
        }
        var step = STEPConfiguration.preset(.step, labels: Emotion.allCases.map(\.rawValue))
        step.kernel = kernel
        try step.validate()
        let features = AffectiveFeatures.count
        return ("fresh STEP, kernel \(kernel)", [Self.fresh(step, features)], step, features)
    }

    private static func fresh(_ step: STEPConfiguration, _ features: Int) -> FoldedSTEP {
        var generator = SeededGenerator(seed: 1)
        return FoldedSTEP(STEP(step, affectiveFeatures: features, using: &generator))
    }

    private struct Report: Encodable {
        let model: String
        let threads: Int
        let kernels: String
        let results: [Joined<[String: Int], Timing>]
    }
}

/// `gaitctl benchmark train-step`: milliseconds for one step of training.
struct TrainStepBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train-step",
        abstract: "Time one training step: forward, backward and the optimizer, for a whole batch.",
        discussion: """
            By default the architecture of the released classifier: kernel 75, 716k parameters.

            Example:
              gaitctl benchmark train-step --batch 8 --threads 1 --json
            """)

    @Option(help: "The design: \(STEPConfiguration.Preset.allCases.map(\.rawValue).joined(separator: ", ")).")
    var preset = STEPConfiguration.Preset.baselineReleased

    @Option(help: "Gaits per step.")
    var batch = 8

    @Option(help: "Threads per matrix product.")
    var threads = 1

    @Option(help: "The number of timed steps.")
    var steps = 50

    @OptionGroup var output: OutputOptions

    func validate() throws {
        try checkRange("--threads", threads, 1...64)
        try checkRange("--batch", batch, 2...1024)
        try checkRange("--steps", steps, 1...100_000)
    }

    func run() throws {
        BLAS.useThreads(threads)
        let configuration = STEPConfiguration.preset(preset, labels: Emotion.allCases.map(\.rawValue))
        let features = configuration.head.affective ? AffectiveFeatures.count : 0
        var generator = SeededGenerator(seed: 3)
        let network = STEP(configuration, affectiveFeatures: features, using: &generator)
        let adam = Adam(network.store)
        let loss = SoftmaxCrossEntropy(classes: configuration.labels.count)
        let random = RandomBatch(configuration, features: features, batch: batch, using: &generator)
        let labels = (0..<batch).map { $0 % configuration.labels.count }
        let timing = try Timing(warmUp: 10, calls: steps) {
            let logits = network(random.input, affective: random.affective, training: true, using: &generator)
            _ = loss(logits, labels: labels)
            network.backward(logits)
            adam.update(learningRate: 1e-3)
        }
        let report = Report(
            preset: preset.rawValue, batch: batch, threads: threads, kernels: BLAS.kernelFamily)
        try output.emit(Joined(report, timing))
    }

    private struct Report: Encodable {
        let preset: String
        let batch: Int
        let threads: Int
        let kernels: String
    }
}

/// A batch of random windows with affective features.
private struct RandomBatch {
    let input: Tensor
    let affective: Tensor

    init(
        _ configuration: STEPConfiguration, features: Int, batch: Int, using generator: inout SeededGenerator
    ) {
        input = Tensor(
            Shape(
                channels: configuration.input.channels, batch: batch, joints: Joint.count,
                frames: configuration.window))
        input.copy(from: (0..<input.shape.count).map { _ in 0.1 * generator.normal() })
        affective = Tensor(Shape(channels: features, batch: batch))
        affective.copy(from: (0..<affective.shape.count).map { _ in generator.normal() })
    }
}

extension STEPConfiguration.Preset: ExpressibleByArgument {}
