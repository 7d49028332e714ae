/// How a version of the registry came to be, and what was decided about it.
package struct ModelMetadata: Sendable, Equatable, Codable {
    /// What the comparison with the serving model gave.
    package struct Decision: Sendable, Equatable, Codable {
        /// Whether the version may serve.
        package let isAccepted: Bool
        /// Why, for people.
        package let reason: String
        /// What the decision was made by.
        package let figures: [String: Double]

        package init(isAccepted: Bool, reason: String, figures: [String: Double]) {
            (self.isAccepted, self.reason, self.figures) = (isAccepted, reason, figures)
        }

        enum CodingKeys: String, CodingKey {
            case reason, figures
            case isAccepted = "accepted"
        }
    }

    package let version: Int
    /// The version that training began from; 0 is the packaged model, nil is none.
    package var parent: Int?
    /// SHA-256 of the model file, hexadecimal.
    package var sha256: String
    /// The size of the model file.
    package var bytes: Int
    /// SHA-256 over the training gaits.
    package var dataHash: String
    /// The numbers of the stored gaits that it was trained on, ascending.
    package var gaits: [Int64]
    /// Figures on the held-out gaits, by name.
    package var metrics: [String: Double]
    package var decision: Decision
    package var command: String
    package var seed: UInt64
    /// The store's number of the job that made it; nil where the operator trained by hand.
    package var job: Int64?
    /// Seconds since the Unix epoch.
    package var created: Double
    /// Whether gaits that it was trained on have been forgotten since.
    package var isStale: Bool
    /// SHA-256 of the generator that was trained with it; nil where there is none.
    package var generator: String?

    package init(
        version: Int, parent: Int?, dataHash: String, gaits: [Int64], metrics: [String: Double],
        decision: Decision, command: String, seed: UInt64, created: Double, job: Int64? = nil
    ) {
        (self.version, self.parent, self.dataHash, self.gaits) = (version, parent, dataHash, gaits.sorted())
        (self.metrics, self.decision, self.command) = (metrics, decision, command)
        (self.seed, self.created, self.job) = (seed, created, job)
        (sha256, bytes, isStale, generator) = ("", 0, false, nil)
    }

    enum CodingKeys: String, CodingKey {
        case version, parent, sha256, bytes, gaits, metrics, decision, command, seed, job, created, generator
        case dataHash = "data_hash"
        case isStale = "stale"
    }
}
