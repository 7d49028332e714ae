/// How a model was trained: enough to repeat it and to judge it.
package struct TrainingRecord: Codable, Sendable, Equatable {
    /// The command line, without paths of the machine that it ran on.
    package var command: String
    package var seed: UInt64
    /// The name of the data set's folder.
    package var dataset: String
    /// SHA-256 over the training gaits' keys and coordinates.
    package var dataHash: String
    /// How many gaits were trained on.
    package var gaits: Int
    /// How many epochs each member was trained for.
    package var epochs: [Int]
    /// Figures on the validation split, by name; empty where everything was trained on.
    package var validation: [String: Double]

    enum CodingKeys: String, CodingKey {
        case command, seed, dataset, gaits, epochs, validation
        case dataHash = "data_hash"
    }

    package init(
        command: String, seed: UInt64, dataset: String, dataHash: String, gaits: Int, epochs: [Int],
        validation: [String: Double]
    ) {
        (self.command, self.seed, self.dataset, self.dataHash) = (command, seed, dataset, dataHash)
        (self.gaits, self.epochs, self.validation) = (gaits, epochs, validation)
    }
}

extension TrainingRecord {
    /// Where a training comes from.
    package struct Source: Sendable {
        /// The command line, without paths of the machine that it ran on.
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
