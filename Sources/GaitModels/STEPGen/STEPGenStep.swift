import Foundation
import Gait
import NeuralNetwork

/// One step of a STEP-Gen training: encode, draw, decode, compare, and the way back.
struct STEPGenStep {
    private let network: STEPGen
    private let options: STEPGenOptions
    private var loss: STEPGenLoss { network.configuration.loss }
    let batch: STEPGenBatch
    private let criterion: STEPGenCriterion
    private let objective = LatentObjective()
    private let tempoGradient = Tensor()
    private var buffer = PoseBuffer()

    init(_ network: STEPGen, _ options: STEPGenOptions) {
        (self.network, self.options) = (network, options)
        batch = STEPGenBatch(network.configuration)
        criterion = STEPGenCriterion(
            network.configuration.loss, motion: network.configuration.motion)
    }

    /// Adds the gradients of windows of the gaits, cut and varied at random, to those of the parameters.
    ///
    /// - Parameter progress: 0 at the start of the training, 1 at its end.
    mutating func learn(
        _ gaits: [TrainingGait], at progress: Double, using generator: inout SeededGenerator
    ) -> STEPGenLoss.Terms {
        let windows = gaits.map { gait in
            options.augmentation(
                gait.gait, window: network.configuration.window, through: &buffer, using: &generator)
        }
        batch.encode(windows, labels: gaits.map(\.label))
        return learn(weight: divergenceWeight(at: progress), using: &generator)
    }

    /// The gradients of the encoded batch's loss, added to those of the parameters.
    func learn(weight: Float, using generator: inout SeededGenerator) -> STEPGenLoss.Terms {
        let (mean, logVariance) = network.encode(batch.input, training: true, using: &generator)
        objective.draw(mean: mean, logVariance: logVariance, into: batch, using: &generator)
        let synthetic = network.decode(batch.code, phases: batch.phases, training: true, using: &generator)
        var terms = criterion(synthetic: synthetic, real: batch.values)
        let codeGradient = network.backwardDecoder(criterion.gradient)
        if let tempo = network.tempo { terms.tempo = learnTempo(tempo, into: codeGradient) }
        let prior = network.priorMean.map { (values: $0(batch.labels), layer: $0) }
        terms.divergence = LatentObjective.divergence(
            mean: mean, logVariance: logVariance, prior: prior?.values, weight: weight)
        objective.backward(
            code: codeGradient, mean: mean, logVariance: logVariance, prior: prior, weight: weight)
        network.backwardEncoder(
            mean: objective.meanGradient, logVariance: objective.logVarianceGradient)
        return terms
    }

    /// The terms for gaits from their beginnings, each with the mean of its latents.
    func evaluate(_ gaits: [TrainingGait], batch size: Int, using generator: inout SeededGenerator)
        -> STEPGenLoss.Terms
    {
        var sums = STEPGenLoss.Terms()
        let windows = gaits.flatMap { gait in gait.gait.windows().map { ($0, gait.label) } }
        for start in stride(from: 0, to: windows.count, by: size) {
            let part = windows[start..<min(start + size, windows.count)]
            batch.encode(part.map(\.0), labels: part.map(\.1))
            let (mean, logVariance) = network.encode(batch.input, training: false, using: &generator)
            batch.setLatents { mean[$0, $1, 0, 0] }
            let synthetic = network.decode(
                batch.code, phases: batch.phases, training: false, using: &generator)
            var terms = criterion(synthetic: synthetic, real: batch.values)
            if let tempo = network.tempo { terms.tempo = tempoError(tempo(batch.code)) }
            terms.divergence = LatentObjective.divergence(
                mean: mean, logVariance: logVariance, prior: network.priorMean?(batch.labels),
                weight: loss.divergence)
            sums.add(terms, share: Float(part.count) / Float(windows.count))
        }
        return sums
    }

    private func divergenceWeight(at progress: Double) -> Float {
        options.warmUp > 0
            ? loss.divergence * min(Float(progress) / options.warmUp, 1) : loss.divergence
    }

    /// Adds the gradient of the stride's frequency to that of the code, and returns the weighted error.
    private func learnTempo(_ tempo: Linear, into codeGradient: Tensor) -> Float {
        let predicted = tempo(batch.code)
        tempoGradient.reshape(to: predicted.shape)
        let slope = 2 * loss.tempo / Float(batch.rhythms.count)
        for (sample, rhythm) in batch.rhythms.enumerated() {
            tempoGradient[0, sample, 0, 0] = slope * (predicted[0, sample, 0, 0] - log(rhythm.frequency))
        }
        let error = tempoError(predicted)
        codeGradient.add(tempo.backward(tempoGradient, inputShape: batch.code.shape))
        return error
    }

    private func tempoError(_ predicted: Tensor) -> Float {
        let squares = batch.rhythms.enumerated().reduce(Float(0)) { sum, entry in
            let difference = predicted[0, entry.offset, 0, 0] - log(entry.element.frequency)
            return sum + difference * difference
        }
        return loss.tempo * squares / Float(max(batch.rhythms.count, 1))
    }
}

extension STEPGenLoss.Terms {
    /// Adds a share of other terms.
    mutating func add(_ other: STEPGenLoss.Terms, share: Float) {
        reconstruction += share * other.reconstruction
        push += share * other.push
        pull += share * other.pull
        divergence += share * other.divergence
        bone += share * other.bone
        foot += share * other.foot
        tempo += share * other.tempo
    }
}
