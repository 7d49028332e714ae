import Gait
import NeuralNetwork
import Testing

@testable import GaitModels

@Suite("ClassConditionalPrior")
struct ClassConditionalPriorTests {
    @Test("it has the mean and the covariance of what the network says of each class's windows")
    func moments() {
        var configuration = STEPGenDesign.stepGen.configuration(labels: ["one", "other"])
        configuration.latent = 3
        var generator = SeededGenerator(seed: 8)
        let network = STEPGen(configuration, using: &generator)
        let gaits = (0..<6).map { index in
            TrainingGait(
                key: "\(index)", gait: TestWalk.gait(armSwing: 0.5, seed: UInt64(index)), label: index % 2,
                group: "\(index)")
        }
        let density = ClassConditionalPrior(classes: 2, latent: 3, in: ParameterStore())
        density.fit(network, gaits, window: 75)
        let batch = STEPGenBatch(configuration)
        for label in 0..<2 {
            var (sum, count) = ([Float](repeating: 0, count: 3), Float(0))
            for gait in gaits where gait.label == label {
                for window in [gait.gait, gait.gait.mirrored()] {
                    batch.encode([window], labels: [label])
                    let mean = network.encode(batch.input, training: false, using: &generator).mean.values
                    for index in 0..<3 { sum[index] += mean[index] }
                    count += 1
                }
            }
            let centre = density.latent(label, [0, 0, 0])
            for index in 0..<3 { #expect(abs(centre[index] - sum[index] / count) < 1e-3) }
            // Drawn often enough, latents vary at least as much as the encoder's own uncertainty.
            let drawn = (0..<400).map { _ in density.latent(label, (0..<3).map { _ in generator.normal() }) }
            for index in 0..<3 {
                let variance = drawn.reduce(Float(0)) {
                    $0 + ($1[index] - centre[index]) * ($1[index] - centre[index]) / 400
                }
                #expect(variance > 0.3 && variance < 30)
            }
        }
    }
}
