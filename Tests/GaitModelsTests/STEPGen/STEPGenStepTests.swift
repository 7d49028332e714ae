import Gait
import Testing

@testable import GaitModels
@testable import NeuralNetwork

struct STEPGenStepTests {
    private let gaits = (0..<6).map { TestWalk.gait(armSwing: Float($0) / 6, seed: UInt64($0)) }

    private func network(_ design: STEPGenDesign) -> STEPGen {
        var configuration = design.configuration(labels: ["angry", "sad"])
        configuration.loss = STEPGenLoss(push: 0.5, pull: 0.2, divergence: 0.5, bone: 1, foot: 2, tempo: 3)
        for index in configuration.encoder.indices { configuration.encoder[index].width = 5 }
        for index in configuration.decoder.indices.dropLast() {
            configuration.decoder[index].width = 5
            configuration.decoder[index].residual = .projection
        }
        (configuration.latent, configuration.seedWidth, configuration.kernel) = (3, 5, 3)
        var generator = SeededGenerator(seed: 4)
        return STEPGen(configuration, using: &generator)
    }

    @Test("the whole network's gradient is the loss's slope", arguments: [STEPGenDesign.stepGen, .paper])
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
        // A design without parameters of a name is passed over. A scaled output's own scale is not learned.
        for prefix in ["encoder.", "decoder.", "prior.", "tempo."] {
            network.store.expectSlope(
                of: prefix, gradient, length: 2e-3, tolerance: 0.03, least: 1e-3,
                where: { design == .paper || !$0.hasPrefix("decoder.data_bn") }, loss: loss)
        }
    }
}

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

struct MotionFormTests {
    @Test(
        "a curved walk comes back from its bones: pose, height and heading; its path from the standing foot"
    )
    func bones() throws {
        var walk = TestWalk.gait(armSwing: 0.5, seed: 3)
        walk.turn(by: (0..<walk.frames).map { 0.02 * Float($0) })
        let values = MotionForm.bones.encode(walk)
        let again = try MotionForm.bones.decode(values, unit: 1)
        let (before, after) = (Heading(walk).rates, Heading(again).rates)
        #expect(zip(before, after).allSatisfy { abs($0 - $1) < 0.05 })
        var (one, other) = (walk.rootRelative(), again.rootRelative())
        one.turnHipsToX()
        other.turnHipsToX()
        #expect(zip(one.coordinates, other.coordinates).allSatisfy { abs($0 - $1) < 0.03 })
        for frame in 0..<walk.frames {
            let height = walk.position(frame: frame, joint: .root).y
            #expect(abs(again.position(frame: frame, joint: .root).y - height) < 1e-4)
        }
    }

    @Test("bones are the same wherever a walk begins and whichever way it leads")
    func anywhere() {
        let walk = TestWalk.gait(armSwing: 0.5, seed: 4)
        let (one, other) = (MotionForm.bones.encode(walk), MotionForm.bones.encode(walk.rotated(yaw: 2)))
        #expect(zip(one, other).allSatisfy { abs($0 - $1) < 1e-3 })
    }

    @Test("the mirror image turns the other way")
    func mirror() {
        var walk = TestWalk.gait(armSwing: 0.5, seed: 5)
        walk.turn(by: (0..<walk.frames).map { 0.02 * Float($0) })
        let (one, other) = (MotionForm.bones.encode(walk), MotionForm.bones.encode(walk.mirrored()))
        #expect(abs(one[0]) > 0.1 && abs(one[0] + other[0]) < 1e-3 && abs(one[2] - other[2]) < 1e-3)
    }
}

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
                    let mean = network.encoder(batch.input, training: false, using: &generator).mean.values
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
