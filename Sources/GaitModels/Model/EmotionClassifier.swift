package import Gait
import NeuralNetwork

/// A loaded model: gaits in, probabilities out.
///
/// Not thread-safe: it keeps its intermediate tensors between calls, so that classifying a batch of a size
/// seen before allocates little. Make one per thread.
package final class EmotionClassifier {
    /// The result for one gait.
    package struct Classification: Sendable, Equatable {
        /// One per label of the card, in its order; they add up to 1.
        package let probabilities: [Float]

        package init(probabilities: [Float]) { self.probabilities = probabilities }

        /// The index of the most probable label.
        package var label: Int { probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0 }
    }

    /// The model's identity.
    package let card: ModelCard
    /// The confidence below which the model abstains; nil if none was fitted.
    package var minimumConfidence: Float? { description.minimumConfidence }
    private let description: ModelDescription
    private let machine: Machine

    private enum Machine {
        case networks([FoldedSTEP], WindowEncoder)
        case svm(LinearSVM, AffectiveScaling)
    }

    /// Reads a model file.
    ///
    /// - Throws: ``ModelError`` if the file is damaged, unknown, or its tensors do not fit its configuration.
    package convenience init(contentsOf path: String) throws(ModelError) {
        let file = try ModelFile(contentsOf: path)
        try self.init(file.model, path: path, sha256: file.sha256)
    }

    /// - Parameters:
    ///   - path: the model's name in errors.
    ///   - sha256: of the file it came from; empty for a model that was never written.
    package init(_ model: TrainedModel, path: String = "model", sha256: String = "") throws(ModelError) {
        try model.description.validate()
        switch model.description.kind {
        case .step, .svm: break
        case .stepGen:
            throw .unknownModel(path: path, reason: "it is a generator, not a classifier")
        case .lifter:
            throw .unknownModel(path: path, reason: "it is a lifter, not a classifier")
        }
        description = model.description
        card = ModelCard(
            name: description.name, version: description.version, sha256: sha256, labels: description.labels,
            training: description.training)
        let file = SafeTensors(model.tensors, path: path)
        if let configuration = description.step {
            let encoder = WindowEncoder(configuration, scaling: description.affective)
            let networks = try NetworkFile.networks(file, configuration, features: encoder.featureCount)
            machine = .networks(networks.map { FoldedSTEP($0) }, encoder)
        } else if let scaling = description.affective {
            let svm = try NetworkFile.svm(
                file, classes: description.labels.count, features: scaling.features.count)
            machine = .svm(svm, scaling)
        } else {
            throw .configuration("neither a network nor affective features")
        }
        // In a damaged file, finite weights can still overflow, and a variance can be negative.
        let standing = Gait(validated: ReferencePose.positions.flatMap { [$0.x, $0.y, $0.z] })
        guard classify([standing])[0].probabilities.allSatisfy(\.isFinite) else {
            throw .unknownModel(path: path, reason: "its weights do not give finite probabilities")
        }
    }

    /// Classifies gaits of any length in one batch: a gait shorter than a window is looped; of a longer one, the last
    /// window is used.
    package func classify(_ gaits: [Gait]) -> [Classification] {
        guard !gaits.isEmpty else { return [] }
        switch machine {
        case .svm(let svm, let scaling):
            return gaits.map { gait in
                let logits = Tensor(Shape(channels: description.labels.count, batch: 1))
                logits.copy(from: svm.decisions(scaling(gait)))
                return calibrated(Self.probabilities(logits)[0])
            }
        case .networks(let networks, let encoder):
            let mirrored = description.step?.mirrored ?? false
            encode(gaits, mirrored: mirrored, with: encoder)
            var sums = [[Float]](
                repeating: Array(repeating: 0, count: description.labels.count), count: gaits.count)
            let voters = gaits.map { description.step?.voters(for: $0) ?? networks.indices }
            for (member, network) in networks.enumerated() {
                guard voters.contains(where: { $0.contains(member) }) else { continue }
                let logits = network(encoder.input, affective: encoder.affective)
                for (index, probabilities) in Self.probabilities(logits).enumerated()
                where voters[index % gaits.count].contains(member) {
                    for label in probabilities.indices {
                        sums[index % gaits.count][label] += probabilities[label]
                    }
                }
            }
            return zip(sums, voters).map { sum, voters in
                let share = 1 / Float(voters.count * (mirrored ? 2 : 1))
                return calibrated(sum.map { $0 * share })
            }
        }
    }

    private func encode(_ gaits: [Gait], mirrored: Bool, with encoder: WindowEncoder) {
        encoder.begin(batch: gaits.count * (mirrored ? 2 : 1))
        let window = description.step?.window ?? Gait.windowFrames
        for (index, gait) in gaits.enumerated() {
            let last = gait.frames > window ? gait.slice(start: gait.frames - window, frames: window) : gait
            encoder.encode(last, at: index)
            if mirrored { encoder.encode(last.mirrored(), at: gaits.count + index) }
        }
    }

    /// The pooled features `[N][channels]` that the first network sees in the gaits. Empty for an SVM.
    package func features(_ gaits: [Gait]) -> [[Float]] {
        guard case .networks(let networks, let encoder) = machine, let network = networks.first else {
            return []
        }
        return gaits.map { gait in
            encode([gait], mirrored: false, with: encoder)
            _ = network(encoder.input, affective: encoder.affective)
            return network.pooled.values
        }
    }

    /// The networks of a model file alone, for benchmarks. None for an SVM.
    ///
    /// - Throws: ``ModelError`` as ``init(_:path:sha256:)`` does.
    package static func networks(_ file: ModelFile) throws(ModelError) -> [FoldedSTEP] {
        let classifier = try EmotionClassifier(file.model, path: file.path, sha256: file.sha256)
        guard case .networks(let networks, _) = classifier.machine else { return [] }
        return networks
    }

    /// The raw logits and pooled features of windows given as the network's input `[N, C, T, V]`, without view
    /// normalization or features; for comparison with golden fixtures. Nil for an SVM, or a network with features.
    package func raw(_ input: [Float], batch: Int) -> (logits: [Float], features: [Float])? {
        guard case .networks(let networks, let encoder) = machine, let network = networks.first,
            let configuration = description.step, encoder.featureCount == 0,
            input.count == batch * configuration.input.channels * configuration.window * Joint.count
        else { return nil }
        encoder.begin(batch: batch)
        encoder.input.copy(fromBatchMajor: input)
        let logits = network(encoder.input, affective: encoder.affective)
        return (logits.batchMajorValues, network.pooled.batchMajorValues)
    }

    private func calibrated(_ probabilities: [Float]) -> Classification {
        Classification(
            probabilities: Calibration.sharpened(probabilities, temperature: description.temperature))
    }

    private static func probabilities(_ logits: Tensor) -> [[Float]] {
        SoftmaxCrossEntropy.softmax(logits)
        let count = logits.shape.columns
        let values = logits.values
        return (0..<count).map { column in
            (0..<logits.shape.channels).map { values[$0 * count + column] }
        }
    }
}
