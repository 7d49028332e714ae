import NeuralNetwork

/// A classifier that another one's training begins from.
enum WarmStart {
    /// - Throws: ``ModelError/training(_:)`` where the model has another network than the configuration, but for its
    ///   classes.
    static func check(_ start: TrainedModel, _ configuration: STEPConfiguration) throws(ModelError) {
        guard var own = start.description.step else {
            throw .training(
                "the model to begin from has no network (it is a \(start.description.kind.rawValue))")
        }
        own.labels = configuration.labels
        guard own == configuration else { throw .training("the model to begin from has another network") }
    }

    /// One of the networks that the model averages.
    ///
    /// - Throws: `NeuralNetworkError` where its tensors do not fit its configuration.
    static func network(_ start: TrainedModel, member: Int) throws -> STEP {
        guard let configuration = start.description.step else {
            throw ModelError.training("the model to begin from has no network")
        }
        let networks = try NetworkFile.networks(
            SafeTensors(start.tensors, path: "the start"), configuration,
            features: configuration.head.affective ? start.description.affective?.features.count ?? 0 : 0)
        guard networks.indices.contains(member) else {
            throw ModelError.training("the model to begin from has \(networks.count) networks")
        }
        return networks[member]
    }
}
