/// What identifies a model to those who receive its results.
package struct ModelCard: Sendable, Codable, Equatable {
    package let name: String
    package let version: Int
    /// SHA-256 of the model file, hexadecimal.
    package let sha256: String
    /// The ordered names of the classes.
    package let labels: [String]
    /// How it was trained; nil for released weights.
    package let training: TrainingRecord?

    package init(name: String, version: Int, sha256: String, labels: [String], training: TrainingRecord?) {
        (self.name, self.version, self.sha256) = (name, version, sha256)
        (self.labels, self.training) = (labels, training)
    }
}
