import Foundation

/// The description in a model file, in addition to its tensors: stored as JSON in the metadata under ``key``.
package struct ModelDescription: Codable, Sendable, Equatable {
    /// The metadata entry that holds the description.
    static let key = "gaitd.model"

    /// What kind of model it is.
    package enum Kind: String, Codable, Sendable {
        case step
        case svm
        /// Generates gaits instead of classifying them.
        case stepGen = "step-gen"
        /// Draws gaits from joints in pictures.
        case lifter
    }

    /// The name in emotion messages.
    package var name: String
    /// The version in emotion messages.
    package var version = 1
    package var kind: Kind
    /// The ordered names of the classes.
    package var labels: [String]
    /// The network; nil for a linear SVM.
    package var step: STEPConfiguration?
    /// The generator's network; nil for a classifier.
    package var generator: STEPGenConfiguration?
    /// The lifter's network; nil for every other model.
    package var lifter: LifterConfiguration?
    /// The affective features; nil if the model uses none.
    package var affective: AffectiveScaling?
    /// The temperature for the averaged probabilities, see ``Calibration/temperature``.
    package var temperature: Float = 1
    /// The confidence below which the model abstains, see ``Calibration/threshold``; nil if no gaits were held out to
    /// find it.
    package var minimumConfidence: Float?
    /// How the model was trained; nil for released weights.
    package var training: TrainingRecord?

    /// Applies what was fitted on held-out gaits.
    package mutating func calibrate(_ calibration: Calibration) {
        temperature = calibration.temperature
        minimumConfidence = calibration.threshold
    }

    /// - Throws: ``ModelError/configuration(_:)`` naming the value that prevents building a model.
    func validate() throws(ModelError) {
        guard temperature > 0, temperature.isFinite else {
            throw .configuration("temperature \(temperature); it must be above 0")
        }
        guard (0...1).contains(minimumConfidence ?? 0) else {
            throw .configuration("minimumConfidence \(minimumConfidence ?? 0); it must be 0 to 1")
        }
        try affective?.validate()
        switch kind {
        case .step:
            guard let step else { throw .configuration("a STEP model without its network's configuration") }
            guard step.labels == labels else {
                throw .configuration("labels \(labels), but the network has \(step.labels)")
            }
            guard !step.head.affective || affective != nil else {
                throw .configuration("a head with affective features, but no scaling for them")
            }
            try step.validate()
        case .svm:
            guard affective != nil else { throw .configuration("an SVM without affective features") }
            guard step == nil else { throw .configuration("an SVM with a network's configuration") }
            try STEPConfiguration.validate(labels: labels)
        case .stepGen:
            guard let generator else {
                throw .configuration("a STEP-Gen model without its network's configuration")
            }
            guard generator.labels == labels else {
                throw .configuration("labels \(labels), but the network has \(generator.labels)")
            }
            try generator.validate()
        case .lifter:
            guard let lifter else {
                throw .configuration("a lifter without its network's configuration")
            }
            try lifter.validate()
        }
    }

    /// The metadata table of a model file.
    package func metadata() throws -> [String: String] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return [Self.key: String(decoding: try encoder.encode(self), as: UTF8.self), "format": "gaitd"]
    }

    /// The description in a file's metadata; nil if there is none.
    ///
    /// - Throws: ``ModelError/unknownModel(path:reason:)`` if it cannot be understood.
    static func read(_ metadata: [String: String], path: String) throws(ModelError) -> ModelDescription? {
        guard let text = metadata[key] else { return nil }
        do {
            return try JSONDecoder().decode(ModelDescription.self, from: Data(text.utf8))
        } catch {
            throw .unknownModel(
                path: path, reason: "its configuration cannot be read (\(Self.reason(error)))")
        }
    }

    /// Where in a JSON file the error is, and what it is.
    static func reason(_ error: any Error) -> String {
        func place(_ path: [any CodingKey]) -> String { path.map(\.stringValue).joined(separator: ".") }
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            return "\(place(context.codingPath + [key])) is missing"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context),
            DecodingError.dataCorrupted(let context):
            let place = place(context.codingPath)
            return place.isEmpty ? context.debugDescription : "\(place): \(context.debugDescription)"
        default:
            return "\(error)"
        }
    }
}

/// Identifies a model to the recipients of its results.
package struct ModelCard: Sendable, Codable, Equatable {
    package let name: String
    package let version: Int
    /// SHA-256 of the model file, hexadecimal.
    package let sha256: String
    /// The ordered names of the classes.
    package let labels: [String]
    /// How it was trained; nil for released weights.
    package let training: TrainingRecord?
}

/// How a model was trained: enough to repeat and to assess it.
package struct TrainingRecord: Codable, Sendable, Equatable {
    /// The command line, without the machine's paths.
    package var command: String
    package var seed: UInt64
    /// The name of the data set's folder.
    package var dataset: String
    /// SHA-256 over the training gaits' keys and coordinates.
    package var dataHash: String
    /// The number of training gaits.
    package var gaits: Int
    /// The number of epochs of each member.
    package var epochs: [Int]
    /// Metrics on the validation split, by name; empty if all gaits were used for training.
    package var validation: [String: Double]

    enum CodingKeys: String, CodingKey {
        case command, seed, dataset, gaits, epochs, validation
        case dataHash = "data_hash"
    }
}

extension TrainingRecord {
    /// Where a training comes from.
    package struct Source: Sendable {
        /// The command line, without the machine's paths.
        package let command: String
        /// The name of the data set's folder.
        package let dataset: String
        /// The version of the model.
        package let version: Int

        package init(command: String, dataset: String, version: Int) {
            (self.command, self.dataset, self.version) = (command, dataset, version)
        }
    }
}

extension ModelDescription {
    /// Writes down how the model was trained.
    ///
    /// - Parameters:
    ///   - gaits: the recorded gaits that it was trained on.
    ///   - further: stored gaits that it was trained on as well; they are part of the data's hash, not of the count.
    package mutating func record(
        _ source: TrainingRecord.Source, seed: UInt64, gaits: [TrainingGait], further: [TrainingGait] = [],
        epochs: [Int], validation: [String: Double] = [:]
    ) {
        version = source.version
        training = TrainingRecord(
            command: source.command, seed: seed, dataset: source.dataset,
            dataHash: TrainingGait.hash(gaits + further), gaits: gaits.count, epochs: epochs,
            validation: validation)
    }
}
