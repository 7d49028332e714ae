import Gait
import Testing

@testable import GaitModels
@testable import NeuralNetwork

struct LifterNetworkTests {
    @Test("the whole network's gradient is the loss's slope")
    func gradient() {
        let network = LifterExample.network()
        let scenes = LifterExample.scenes(6)
        let input = Tensor()
        LifterInput.encode(scenes.map(\.window), into: input)
        let criterion = LifterLoss(LifterLossWeights())
        func loss() -> Double { Double(criterion(network(input, training: true), scenes).total) }
        network.store.zeroGradients()
        _ = loss()
        network.backward(criterion.gradient)
        let gradient = network.store.gradientSnapshot
        for prefix in [
            "embedding", "blocks.0.frames", "blocks.0.channels", "blocks.1", "norm", "head", "skip",
        ] {
            #expect(network.store.parameters.contains { $0.name.hasPrefix(prefix) })
            network.store.expectSlope(
                of: prefix, gradient, length: 1e-2, tolerance: 0.05, least: 1e-4, loss: loss)
        }
    }

    @Test("the default network has half a million parameters")
    func size() {
        var generator = SeededGenerator(seed: 1)
        let network = LifterNetwork(LifterConfiguration(), using: &generator)
        let learned = network.store.parameters.filter { $0.role != .statistic }
        let count = learned.reduce(0) { $0 + $1.count }
        #expect((480_000...500_000).contains(count), "\(count)")
    }

    @Test("a window's output does not depend on the batch")
    func batch() {
        let network = LifterExample.network()
        let windows = LifterExample.scenes(3).map(\.window)
        let input = Tensor()
        LifterInput.encode(windows, into: input)
        let together = Tensor()
        together.copy(from: network(input, training: false))
        for (index, window) in windows.enumerated() {
            LifterInput.encode([window], into: input)
            let alone = network(input, training: false)
            for channel in 0..<LifterNetwork.outputs {
                for frame in [0, 37, 74] {
                    let difference = alone[channel, 0, 0, frame] - together[channel, index, 0, frame]
                    #expect(abs(difference) < 1e-5)
                }
            }
        }
    }

    @Test("configurations that give no network are named", arguments: ["channels", "blocks", "body_length"])
    func configuration(name: String) {
        var configuration = LifterConfiguration()
        switch name {
        case "channels": configuration.channels = 0
        case "blocks": configuration.blocks = 100
        default: configuration.bodyLength = .nan
        }
        let error = #expect(throws: ModelError.self) { try configuration.validate() }
        #expect(error?.description.contains(name) == true)
    }
}

struct LifterLossTests {
    private func output(_ generator: inout SeededGenerator) -> Tensor {
        let tensor = Tensor(Shape(channels: LifterNetwork.outputs, batch: 3, joints: 1, frames: 75))
        tensor.copy(from: (0..<tensor.shape.count).map { _ in generator.normal() })
        return tensor
    }

    /// Weights of which a single term counts, and with all of them.
    private static let cases: [LifterLossWeights] = {
        var (velocity, bones, swing, tilt) = (
            LifterLossWeights(), LifterLossWeights(), LifterLossWeights(), LifterLossWeights()
        )
        (velocity.velocity, bones.bones, swing.swing, tilt.tilt) = (10, 10, 10, 10)
        return [LifterLossWeights(), velocity, bones, swing, tilt]
    }()

    @Test("its gradient is its slope", arguments: cases)
    func gradient(weights: LifterLossWeights) {
        var generator = SeededGenerator(seed: 3)
        let scenes = LifterExample.scenes(3)
        let loss = LifterLoss(weights)
        let output = output(&generator)
        _ = loss(output, scenes)
        let gradient = loss.gradient.values
        let start = output.values
        let norm = gradient.reduce(0.0) { $0 + Double($1 * $1) }.squareRoot()
        func total(_ length: Double) -> Double {
            output.copy(from: zip(start, gradient).map { $0 + Float(length / norm) * $1 })
            return Double(loss(output, scenes).total)
        }
        let length = 0.05
        let slope = (total(length) - total(-length)) / (2 * length)
        #expect(abs(slope - norm) < 0.02 * norm, "\(slope) \(norm)")
    }

    @Test("the truth costs nothing")
    func truth() {
        let scenes = LifterExample.scenes(2)
        let output = Tensor(Shape(channels: LifterNetwork.outputs, batch: 2, joints: 1, frames: 75))
        for (index, scene) in scenes.enumerated() {
            for frame in 0..<75 {
                for coordinate in 0..<LifterJoints.coordinates {
                    output[coordinate, index, 0, frame] =
                        scene.target[frame * LifterJoints.coordinates + coordinate]
                        / LifterNetwork.coordinateUnit
                }
                output[LifterJoints.coordinates, index, 0, frame] = scene.tilt / LifterNetwork.tiltUnit
            }
        }
        let terms = LifterLoss(LifterLossWeights())(output, scenes)
        #expect(terms.distance < 3e-4 && terms.velocity < 1e-3 && terms.total < 1e-3)
    }

    @Test("distances are means over joints, frames and windows")
    func distance() {
        let scenes = LifterExample.scenes(2)
        let output = Tensor(Shape(channels: LifterNetwork.outputs, batch: 2, joints: 1, frames: 75))
        output.copy(from: Array(repeating: 0, count: output.shape.count))
        var expected = 0.0
        for scene in scenes {
            for place in stride(from: 0, to: scene.target.count, by: 3) {
                let squares = (0..<3).reduce(0.0) {
                    $0 + Double(scene.target[place + $1]) * Double(scene.target[place + $1])
                }
                expected += squares.squareRoot() / Double(2 * scene.target.count / 3)
            }
        }
        let terms = LifterLoss(LifterLossWeights())(output, scenes)
        #expect(abs(Double(terms.distance) - expected) < 1e-4)
    }
}
