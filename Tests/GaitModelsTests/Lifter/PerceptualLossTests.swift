import Foundation
import Gait
import NeuralNetwork
import TestSupport
import Testing

@testable import GaitModels

struct PerceptualLossTests {
    private let scenes = LifterExample.scenes(6)

    init() { BLAS.useThreads(1) }

    private func loss() throws -> PerceptualLoss {
        try PerceptualLoss(ModelFile(contentsOf: PackageFolder.classifier).model)
    }

    /// The true bodies as a lifter's output, changed by noise.
    private func output(noise: Float, seed: UInt64 = 1) -> Tensor {
        let output = Tensor()
        output.reshape(
            to: Shape(channels: LifterNetwork.outputs, batch: scenes.count, joints: 1, frames: 75))
        var generator = SeededGenerator(seed: seed)
        output.withValues { values in
            for (index, scene) in scenes.enumerated() {
                for frame in 0..<75 {
                    for coordinate in 0..<39 {
                        values[(coordinate * scenes.count + index) * 75 + frame] =
                            scene.target[frame * 39 + coordinate] / LifterNetwork.coordinateUnit
                            + noise * generator.normal()
                    }
                }
            }
        }
        return output
    }

    private func gradient(of output: Tensor) -> Tensor {
        let gradient = Tensor()
        gradient.reshape(to: output.shape)
        gradient.withValues { $0.update(repeating: 0) }
        return gradient
    }

    @Test("the truth costs nothing, and what is unlike it does")
    func values() throws {
        let loss = try loss()
        func cost(_ noise: Float) -> Float {
            let output = output(noise: noise)
            return loss.add(output, scenes[...], turn: 0, weight: 1, to: gradient(of: output))
        }
        #expect(cost(0) < 1e-5)
        #expect(cost(0.05) > 1e-3 && cost(0.3) > cost(0.05))
    }

    @Test("the gradient is the slope of the loss, for every member", arguments: 0..<3)
    func slope(turn: Int) throws {
        let loss = try loss()
        let output = output(noise: 0.1)
        let gradient = gradient(of: output)
        _ = loss.add(output, scenes[...], turn: turn, weight: 1, to: gradient)
        let (start, slopes) = (output.values, gradient.values)
        let norm = slopes.reduce(0.0) { $0 + Double($1 * $1) }.squareRoot()
        #expect(norm > 1e-4)
        func moved(_ length: Double) -> Double {
            output.withValues { values in
                for place in values.indices {
                    values[place] = start[place] + Float(length / norm) * slopes[place]
                }
            }
            return Double(loss.add(output, scenes[...], turn: turn, weight: 1, to: self.gradient(of: output)))
        }
        let slope = (moved(0.02) - moved(-0.02)) / 0.04
        #expect(abs(slope - norm) < 0.03 * norm, "\(slope) \(norm)")
        // The tilt is not the classifier's business.
        #expect(slopes.suffix(scenes.count * 75).allSatisfy { $0 == 0 })
    }

    @Test("bodies are judged with a torso of 1, whatever the person's size")
    func size() throws {
        let loss = try loss()
        let output = output(noise: 0)
        _ = loss.add(output, scenes[...], turn: 0, weight: 1, to: gradient(of: output))
        #expect(scenes.contains { abs($0.scale - 1) > 0.03 })
        for index in scenes.indices {
            let torsos = (0..<75).map { frame in
                SIMD3(
                    loss.wanted[0, index, Joint.neck.rawValue, frame],
                    loss.wanted[1, index, Joint.neck.rawValue, frame],
                    loss.wanted[2, index, Joint.neck.rawValue, frame]
                ).length
            }
            #expect(abs(median(torsos) - 1) < 1e-3)
        }
    }

    @Test("joints are where the classifier's own preparation puts them, but for the head's distance")
    func joints() throws {
        let loss = try loss()
        let output = output(noise: 0)
        _ = loss.add(output, scenes[...], turn: 0, weight: 1, to: gradient(of: output))
        for (index, scene) in scenes.enumerated() {
            let prepared = ViewNormalization.hipAxis.apply(to: scene.truth)
            for joint in Joint.allCases where joint != .head {
                for frame in stride(from: 0, to: 75, by: 9) {
                    let place = prepared.position(frame: frame, joint: joint)
                    for axis in 0..<3 {
                        let seen = loss.wanted[axis, index, joint.rawValue, frame]
                        #expect(abs(seen - place[axis]) < 1e-3, "\(joint) \(frame)")
                    }
                }
            }
        }
    }

    @Test("only a classifier that sees what a lifter draws can teach")
    func refused() throws {
        #expect(throws: ModelError.self) { try PerceptualLoss(LifterExample.model) }
    }
}
