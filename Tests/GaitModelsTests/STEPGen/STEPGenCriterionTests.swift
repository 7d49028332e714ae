import Gait
import NeuralNetwork
import Testing

@testable import GaitModels

@Suite("STEPGenCriterion")
struct STEPGenCriterionTests {
    private func values(_ generator: inout SeededGenerator) -> Tensor {
        let tensor = Tensor(Shape(channels: 3, batch: 2, joints: Joint.count, frames: 9))
        tensor.copy(from: (0..<tensor.shape.count).map { _ in generator.normal() })
        return tensor
    }

    @Test("its gradient is the loss's slope", arguments: [MotionForm.positions, .bones])
    func gradient(motion: MotionForm) {
        var generator = SeededGenerator(seed: 3)
        let loss = STEPGenLoss(push: 0.7, pull: 0.3, divergence: 0, bone: 2, foot: 3)
        let criterion = STEPGenCriterion(loss, motion: motion)
        let (real, synthetic) = (values(&generator), values(&generator))
        _ = criterion(synthetic: synthetic, real: real)
        let gradient = criterion.gradient.values
        let start = synthetic.values
        let direction = start.map { _ in generator.normal() }
        func total(_ step: Float) -> Double {
            synthetic.copy(from: zip(start, direction).map { $0 + step * $1 })
            return Double(criterion(synthetic: synthetic, real: real).total)
        }
        let slope = (total(0.01) - total(-0.01)) / 0.02
        let expected = zip(gradient, direction).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
        #expect(abs(slope - expected) < 2e-3 * abs(expected) + 0.5)
    }

    @Test("push and pull are the paper's sums, written out")
    func sums() {
        let error: [Float] = [0.5, -1, 2, 0.25, 1]
        let loss = STEPGenLoss(push: 1, pull: 1, divergence: 0)
        var gradient = [Float](repeating: 0, count: 5)
        let found = error.withUnsafeBufferPointer { error in
            gradient.withUnsafeMutableBufferPointer { loss.sequence(error, share: 1, into: $0) }
        }
        let velocity = (1..<5).map { error[$0] - error[$0 - 1] }
        let acceleration = (1..<4).map { velocity[$0] - velocity[$0 - 1] }
        let push = (velocity + acceleration).reduce(0) { $0 + $1 * $1 }
        let pull = [0, 2, 4].reduce(Float(0)) { sum, anchor in
            sum + error.reduce(0) { $0 + ($1 - error[anchor]) * ($1 - error[anchor]) }
        }
        #expect(abs(found.push - push) < 1e-4 && abs(found.pull - pull) < 1e-4)
        #expect(abs(found.original - error.reduce(0) { $0 + $1 * $1 }) < 1e-4)
    }
}
