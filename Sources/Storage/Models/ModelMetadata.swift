/// How a version of the registry was made, and the decision about it.
package struct ModelMetadata: Sendable, Equatable, Codable {
    /// The result of the comparison with the serving model.
    package struct Decision: Sendable, Equatable, Codable {
        /// Whether the version may serve.
        package let isAccepted: Bool
        /// Why, for people.
        package let reason: String
        /// The metrics behind the decision.
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
    /// The version that training started from; 0 is the packaged model, nil is none.
    package var parent: Int?
    /// SHA-256 of the model file, hexadecimal.
    package var sha256 = ""
    /// The size of the model file.
    package var bytes = 0
    /// SHA-256 over the training gaits.
    package var dataHash: String
    /// The numbers of the stored gaits it was trained on, ascending.
    package var gaits: [Int64]
    /// Metrics on the held-out gaits, by name.
    package var metrics: [String: Double]
    package var decision: Decision
    package var command: String
    package var seed: UInt64
    /// The store's number of the job that made it; nil if an operator trained it by hand.
    package var job: Int64?
    /// Seconds since the Unix epoch.
    package var created: Double
    /// Whether gaits it was trained on have been forgotten since.
    package var isStale = false
    /// SHA-256 of the generator trained with it; nil if there is none.
    package var generator: String?

    package init(
        version: Int, parent: Int?, dataHash: String, gaits: [Int64], metrics: [String: Double],
        decision: Decision, command: String, seed: UInt64, created: Double, job: Int64? = nil
    ) {
        (self.version, self.parent, self.dataHash, self.gaits) = (version, parent, dataHash, gaits.sorted())
        (self.metrics, self.decision, self.command) = (metrics, decision, command)
        (self.seed, self.created, self.job) = (seed, created, job)
    }

    enum CodingKeys: String, CodingKey {
        case version, parent, sha256, bytes, gaits, metrics, decision, command, seed, job, created, generator
        case dataHash = "data_hash"
        case isStale = "stale"
    }
}

/// The roles of versions.
package struct ModelAliases: Sendable, Equatable, Codable {
    /// The version number that stands for the packaged model.
    package static let packaged = 0

    package internal(set) var serving = ModelAliases.packaged
    /// The version that served before; nil at the beginning.
    package internal(set) var previous: Int?
    /// The newest trained version.
    package internal(set) var candidate: Int?
    /// Versions that are neither removed nor, while they serve, replaced by a training.
    package internal(set) var pinned: [Int] = []

    /// The names of a version's roles.
    package func names(of version: Int) -> [String] {
        [
            (serving == version, "serving"), (previous == version, "previous"),
            (candidate == version, "candidate"), (pinned.contains(version), "pinned"),
        ].filter(\.0).map(\.1)
    }
}

/// A model that can be served: a version of the registry, or the packaged one.
package struct RegisteredModel: Sendable, Equatable {
    /// The registry's number; ``ModelAliases/packaged`` for the packaged model.
    package let version: Int
    package let path: String
    /// SHA-256 of the file's bytes, hexadecimal.
    package let sha256: String
    /// Nil for the packaged model.
    package let metadata: ModelMetadata?
}
