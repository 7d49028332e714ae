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
