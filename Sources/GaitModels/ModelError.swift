package import NeuralNetwork

/// Why a model cannot be used, or a training cannot be run.
package enum ModelError: Error, Equatable, CustomStringConvertible {
    /// The file is damaged, or its tensors do not match its configuration.
    case weights(NeuralNetworkError)
    /// The file is intact but not a model that this program knows.
    case unknownModel(path: String, reason: String)
    /// A configuration from which no network can be built.
    case configuration(String)
    /// A training that cannot be run with the given gaits.
    case training(String)
    /// An invalid recipe, or a recipe file that cannot be read.
    case recipe(String)
    /// An unknown setting of a recipe, and all known ones.
    case unknownSetting(String, known: [String])
    /// The caller ended long work.
    case cancelled

    package var description: String {
        switch self {
        case .weights(let error): return error.description
        case .unknownModel(let path, let reason): return "\(path) cannot be served: \(reason)"
        case .configuration(let reason): return "model configuration: \(reason)"
        case .training(let reason): return reason
        case .recipe(let reason): return reason
        case .unknownSetting(let key, _): return "a recipe has no setting '\(key)'"
        case .cancelled: return "interrupted"
        }
    }
}
