import Gait
import NeuralNetwork
import Testing

@testable import GaitModels

@Suite("Gradient of the input")
struct InputGradientTests {
    init() { BLAS.useThreads(1) }

    private struct Case {
        let network: STEP
        let input: Tensor
        let affective: Tensor

        init(_ preset: STEPConfiguration.Preset, _ kind: STEPConfiguration.Input) {
            var configuration = TestModel.configuration(preset, input: kind)
            configuration.window = 21
            network = TestModel.network(configuration)
            var generator = SeededGenerator(seed: 12)
            (input, affective) = TestModel.batch(configuration, count: 2, using: &generator)
        }

        /// The logit of label 1 of sample 0.
        func logit(_ input: Tensor, _ affective: Tensor) -> Double {
            var unused = SeededGenerator(seed: 0)
            return Double(network(input, affective: affective, training: false, using: &unused)[1, 0, 0, 0])
        }

        func gradient(_ pass: BackwardPass) -> [Float] {
            _ = logit(input, affective)
            let oneHot = Tensor(Shape(channels: 3, batch: 2))
            oneHot[1, 0, 0, 0] = 1
            return network.backward(oneHot, for: pass).values
        }
    }

    @Test(
        "it is the slope of the logit, and that of the other sample is none",
        arguments: STEPConfiguration.Preset.allCases,
        [STEPConfiguration.Input.positions, .positionsAndVelocities])
    func slope(preset: STEPConfiguration.Preset, kind: STEPConfiguration.Input) {
        let test = Case(preset, kind)
        let gradient = test.gradient(.input)
        let shape = test.input.shape
        var generator = SeededGenerator(seed: 3)
        for joint in [0, 6, 9, 15] {
            // One joint at a time: along its gradient, and something random.
            var direction = [Float](repeating: 0, count: shape.count)
            for channel in 0..<shape.channels {
                for frame in 0..<shape.frames {
                    let place = (channel * shape.batch * shape.joints + joint) * shape.frames + frame
                    direction[place] = gradient[place]
                }
            }
            let norm = direction.reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(norm > 0)
            direction = direction.map { $0 == 0 ? 0 : $0 / norm + 0.1 * generator.normal() }
            let expected = zip(direction, gradient).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
            func moved(_ step: Float) -> Double {
                let input = Tensor(shape)
                input.copy(from: zip(test.input.values, direction).map { $0 + step * $1 })
                return test.logit(input, test.affective)
            }
            let found = (moved(4e-3) - moved(-4e-3)) / 8e-3
            #expect(abs(found - expected) < 0.05 * Double(norm) + 1e-5, "\(joint): \(found), \(expected)")
        }
        let other = shape.joints * shape.frames
        #expect(gradient[other..<2 * other].allSatisfy { $0 == 0 })
    }

    @Test("so is that of the affective features", arguments: [STEPConfiguration.Preset.step, .stepReleased])
    func features(preset: STEPConfiguration.Preset) {
        let test = Case(preset, .positions)
        _ = test.gradient(.input)
        let gradient = test.network.head.affectiveGradient
        #expect(gradient.shape == Shape(channels: 5, batch: 2))
        let found = (0..<5).map { feature in
            func moved(_ step: Float) -> Double {
                let affective = Tensor()
                affective.copy(from: test.affective)
                affective[feature, 0, 0, 0] += step
                return test.logit(test.input, affective)
            }
            return (moved(4e-3) - moved(-4e-3)) / 8e-3
        }
        for feature in 0..<5 {
            #expect(abs(found[feature] - Double(gradient[feature, 0, 0, 0])) < 0.02)
            #expect(gradient[feature, 1, 0, 0] == 0)
        }
        #expect(found.contains { abs($0) > 0.01 })
    }

    @Test("a pass for the input leaves parameter gradients alone", arguments: [BackwardPass.input, .guided])
    func parameters(pass: BackwardPass) {
        for preset in STEPConfiguration.Preset.allCases {
            let test = Case(preset, .positions)
            test.network.store.zeroGradients()
            _ = test.gradient(pass)
            #expect(test.network.store.gradientNorm == 0)
        }
    }

    @Test("guided it is another one")
    func guided() {
        let test = Case(.step, .positionsAndVelocities)
        let (plain, guided) = (test.gradient(.input), test.gradient(.guided))
        #expect(plain != guided && guided.contains { $0 != 0 })
    }
}
