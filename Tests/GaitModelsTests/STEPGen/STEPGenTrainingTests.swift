import Gait
import NeuralNetwork
import TestSupport
import Testing

@testable import GaitModels

struct STEPGenTrainingTests {
    private static let gaits: [TrainingGait] = (0..<8).map { index in
        TrainingGait(
            key: "g\(index)", gait: TestWalk.gait(armSwing: Float(index) / 8, seed: UInt64(index)),
            label: index % 2, group: "g\(index)")
    }

    /// Another number of threads in the middle would round differently.
    init() { BLAS.useThreads(1) }

    private func configuration(_ design: STEPGenDesign) -> STEPGenConfiguration {
        var configuration = design.configuration(labels: ["angry", "sad"])
        for index in configuration.encoder.indices { configuration.encoder[index].width = 6 }
        for index in configuration.decoder.indices.dropLast() {
            configuration.decoder[index].width = 6
            configuration.decoder[index].residual = .projection
        }
        (configuration.latent, configuration.seedWidth, configuration.kernel) = (4, 6, 5)
        return configuration
    }

    private func train(
        _ design: STEPGenDesign, epochs: Int, from start: TrainedModel? = nil, _ gaits: [TrainingGait] = gaits
    ) throws -> (model: TrainedModel, losses: [Float]) {
        var options = design.options
        options.epochs = epochs
        var losses: [Float] = []
        let model = try ModelTrainer.stepGen(configuration(design), gaits, from: start, options: options) {
            losses.append($0.loss)
            return true
        }.model
        return (model, losses)
    }

    @Test("every design trains and makes gaits of 75 frames; ours learns", arguments: STEPGenDesign.allCases)
    func learns(design: STEPGenDesign) throws {
        let (model, losses) = try train(design, epochs: 12)
        let last = try #require(losses.last)
        #expect(last.isFinite && (design != .stepGen || last < 0.8 * losses[0]))
        let generator = try GaitGenerator(model)
        var random = SeededGenerator(seed: 1)
        for source in [GaitGenerator.Source.prior(spread: 1), .around(Self.gaits.map(\.gait))] {
            let gaits = try generator.make(3, label: 1, from: source, using: &random)
            #expect(gaits.count == 3 && gaits.allSatisfy { $0.frames == 75 })
        }
    }

    @Test("the same seed gives the same weights; a warm start begins where training ended")
    func seeds() throws {
        let (one, losses) = try train(.stepGen, epochs: 6)
        let (other, _) = try train(.stepGen, epochs: 6)
        #expect(one.tensors.map(\.values) == other.tensors.map(\.values))
        let (_, further) = try train(.stepGen, epochs: 2, from: one)
        #expect(further[0] < losses[0])
    }

    @Test("bones keep their lengths in what a generator makes")
    func bones() throws {
        let generator = try GaitGenerator(train(.stepGen, epochs: 2).model)
        var random = SeededGenerator(seed: 1)
        for gait in try generator.make(4, label: 0, from: .prior(spread: 1), using: &random) {
            #expect(GaitQuality(gait).limbVariation < 1e-3)
        }
    }

    @Test("one class only, and a class with one gait, are refused by name")
    func classes() {
        #expect(throws: ModelError.self) {
            try train(.stepGen, epochs: 1, Self.gaits.filter { $0.label == 0 })
        }
        let lone = Self.gaits.filter { $0.label == 0 } + [Self.gaits[1]]
        #expect {
            try train(.stepGen, epochs: 1, lone)
        } throws: {
            "\($0)".contains("sad has a single gait")
        }
    }

    @Test("a generator is no classifier, and a classifier no generator")
    func kinds() throws {
        let model = try train(.stepGen, epochs: 1).model
        #expect(throws: ModelError.self) { try EmotionClassifier(model) }
    }
}

@Suite("Released STEP-Gen", .sharedData)
struct ReleasedSTEPGenTests {
    @Test("it gives the reference gaits, means and log-variances")
    func parity() throws {
        let generator = try GaitGenerator(contentsOf: SharedData.fixture("step-gen-official.safetensors"))
        let cases = try SafeTensors(contentsOf: SharedData.fixture("step-gen-official.cases.safetensors"))
        let labels = try #require(cases["label"]).values
        let classes = (0..<8).map { sample in (0..<4).first { labels[sample * 4 + $0] == 1 } ?? -1 }
        let windows = try #require(cases["x"]).values
        let latents = try #require(cases["z"]).values
        let found = try #require(generator.raw(windows: windows, latents: latents, labels: classes))
        for (name, values) in [
            ("generated", found.generated), ("mean", found.mean), ("logvar", found.logVariance),
        ] {
            let expected = try #require(cases[name]).values
            #expect(values.count == expected.count)
            #expect(zip(values, expected).allSatisfy { abs($0 - $1) < 1e-4 }, "\(name)")
        }
    }
}
