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
            with affective features.

            Examples:
              gaitctl benchmark inference --weights config/models/step-default.safetensors
              gaitctl benchmark inference --kernel 75 --threads 1 --json
            """)

    @Option(help: ArgumentHelp("A model file.", valueName: "file"))
    var weights: String?

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
        guard !batch.isEmpty else { throw ValidationError("--batch needs a number.") }
        guard kernel % 2 == 1, (1...301).contains(kernel) else {
            throw ValidationError("--kernel is odd, 1 to 301, not \(kernel).")
        }
    }

    func run() throws {
        BLAS.useThreads(threads)
        let network = try TimedNetwork(weights: weights, kernel: kernel)
        let results = try batch.map { size in
            let timing = try network.time(batch: size, calls: calls)
            return Report.Result(batch: size, median: timing.median, p95: timing.p95)
        }
        try output.emit(
            Report(model: network.name, threads: threads, kernels: BLAS.kernelFamily, results: results))
    }

    private struct Report: Encodable {
        let model: String
        let threads: Int
        let kernels: String
        let results: [Result]

        /// Milliseconds per gait.
        struct Result: Encodable {
            let batch: Int
            let median: Double
            let p95: Double

            enum CodingKeys: String, CodingKey {
                case batch
                case median = "median_ms"
                case p95 = "p95_ms"
            }
        }
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
        try output.emit(
            Report(
                preset: preset.rawValue, batch: batch, threads: threads, kernels: BLAS.kernelFamily,
                median: timing.median, p95: timing.p95))
    }

    private struct Report: Encodable {
        let preset: String
        let batch: Int
        let threads: Int
        let kernels: String
        /// Milliseconds per step.
        let median: Double
        let p95: Double

        enum CodingKeys: String, CodingKey {
            case preset, batch, threads, kernels
            case median = "median_ms"
            case p95 = "p95_ms"
        }
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

/// A classifier's networks, to be timed.
private struct TimedNetwork {
    let name: String
    private let networks: [FoldedSTEP]
    private let configuration: STEPConfiguration
    private let features: Int

    /// - Parameters:
    ///   - weights: a model file; nil for a fresh STEP.
    ///   - kernel: the fresh network's temporal kernel.
    init(weights: String?, kernel: Int) throws {
        if let weights {
            let file = try ModelFile(contentsOf: weights)
            guard let step = file.model.description.step else {
                throw CommandFailure.configuration("\(weights) is no STEP network; only networks are timed")
            }
            configuration = step
            features = step.head.affective ? file.model.description.affective?.features.count ?? 0 : 0
            networks = try EmotionClassifier.networks(file)
            name = "\(file.model.description.name) version \(file.model.description.version)"
        } else {
            var generator = SeededGenerator(seed: 1)
            var step = STEPConfiguration.preset(.step, labels: Emotion.allCases.map(\.rawValue))
            step.kernel = kernel
            try step.validate()
            configuration = step
            features = AffectiveFeatures.count
            networks = [FoldedSTEP(STEP(step, affectiveFeatures: features, using: &generator))]
            name = "fresh STEP, kernel \(kernel)"
        }
    }

    /// Times calls of all members of the model.
    func time(batch size: Int, calls: Int) throws -> Timing {
        var generator = SeededGenerator(seed: 2)
        let batch = RandomBatch(configuration, features: features, batch: size, using: &generator)
        return try Timing(warmUp: 30, calls: calls, per: size) {
            for network in networks { _ = network(batch.input, affective: batch.affective) }
        }
    }
}

extension STEPConfiguration.Preset: ExpressibleByArgument {}
