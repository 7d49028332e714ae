package import NeuralNetwork

/// Why a model cannot be used, or a training cannot be run.
package enum ModelError: Error, Equatable, CustomStringConvertible {
    /// The file is damaged, or its tensors are not those that its configuration asks for.
    case weights(NeuralNetworkError)
    /// The file is whole, but no model that this program knows.
    case unknownModel(path: String, reason: String)
    /// A configuration that no network can be built from.
    case configuration(String)
    /// A training that cannot be run with the given gaits.
    case training(String)
    /// A recipe that no training can have, or a file of one that cannot be read.
    case recipe(String)
    /// A key that is no setting of a recipe, and all keys that are.
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
