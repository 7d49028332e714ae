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
