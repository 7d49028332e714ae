import Gait
import NeuralNetwork
import Testing

@testable import GaitModels

@Suite("STEPGenStep")
struct STEPGenStepTests {
    private let gaits = (0..<6).map { TestWalk.gait(armSwing: Float($0) / 6, seed: UInt64($0)) }

    private func network(_ design: STEPGenDesign) -> STEPGen {
        var configuration = design.configuration(labels: ["angry", "sad"])
        configuration.loss = STEPGenLoss(
            push: 0.5, pull: 0.2, divergence: 0.5, bone: 1, foot: 2, tempo: 3)
        for index in configuration.encoder.indices { configuration.encoder[index].width = 5 }
        for index in configuration.decoder.indices.dropLast() {
            configuration.decoder[index].width = 5
            configuration.decoder[index].residual = .projection
        }
        (configuration.latent, configuration.seedWidth, configuration.kernel) = (3, 5, 3)
        var generator = SeededGenerator(seed: 4)
        return STEPGen(configuration, using: &generator)
    }

    @Test(
        "the gradient of the whole network is the loss's slope, latents, prior and tempo included",
        arguments: [STEPGenDesign.stepGen, .paper])
    func gradient(design: STEPGenDesign) throws {
        let network = network(design)
        let step = STEPGenStep(network, design.options)
        step.batch.encode(gaits, labels: [0, 1, 0, 1, 0, 1])
        func loss() -> Double {
            // The same noise every time.
            var generator = SeededGenerator(seed: 8)
            // Added up in Float64: the largest term would swallow the change of a small one.
            let terms = step.learn(weight: 0.5, using: &generator).named
            return terms.reduce(0) { $0 + ($1.key == "loss" ? 0 : $1.value) }
        }
        network.store.zeroGradients()
        _ = loss()
        let gradient = network.store.gradientSnapshot
        let start = network.store.snapshot
        for prefix in ["encoder.", "decoder.", "prior.", "tempo."] {
            let learnt = network.store.parameters.filter {
                $0.name.hasPrefix(prefix) && $0.role != .statistic
            }
            // A scaled output's own scale is not learnt.
            let places = learnt.filter { design == .paper || !$0.name.hasPrefix("decoder.data_bn") }
                .flatMap { $0.offset..<$0.offset + $0.count }
            guard !places.isEmpty else { continue }
            // Along the gradient, where rounding is smallest beside the slope.
            let norm = places.reduce(0.0) { $0 + Double(gradient[$1] * gradient[$1]) }.squareRoot()
            #expect(norm > 1e-3, "\(prefix)")
            func moved(_ length: Double) -> Double {
                var values = start
                for place in places { values[place] += Float(length / norm) * gradient[place] }
                network.store.snapshot = values
                return loss()
            }
            let length = 2e-3
            let slope = (moved(length) - moved(-length)) / (2 * length)
            #expect(abs(slope - norm) < 0.03 * norm, "\(prefix) \(slope) \(norm)")
        }
    }
}
