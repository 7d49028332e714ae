import Gait
import NeuralNetwork

/// STEP-Gen networks to and from the tensors of a model file, by the released names.
enum STEPGenFile {
    private static let graphNames = ["encoder.A", "decoder.A"]

    /// The tensors of a trained network.
    static func tensors(_ network: STEPGen) -> [SafeTensors.Entry] {
        let graph = STEP.graph(network.configuration.hopDistance)
        let graphs = graphNames.map { name in
            SafeTensors.Entry(
                name: name, shape: [graph.partitions, graph.joints, graph.joints], values: graph.dense)
        }
        return graphs + network.store.tensors()
    }

    /// The network of a model file, every tensor checked.
    static func network(_ file: SafeTensors, _ configuration: STEPGenConfiguration) throws(ModelError)
        -> STEPGen
    {
        let usual = STEP.graph(configuration.hopDistance)
        let expected = [usual.partitions, usual.joints, usual.joints]
        let stored = graphNames.map { (name: $0, entry: file[$0]) }
        let wrong = stored.compactMap { stored -> NeuralNetworkError.ShapeMismatch? in
            guard let entry = stored.entry, entry.shape != expected else { return nil }
            return .init(name: stored.name, expected: expected, found: entry.shape)
        }
        guard wrong.isEmpty else {
            throw .weights(.mismatch(path: file.path, missing: [], unused: [], shapes: wrong))
        }
        let graphs = stored.map { stored in
            stored.entry.map {
                SparseGraph(dense: $0.values, partitions: usual.partitions, joints: usual.joints)
            } ?? usual
        }
        var generator = SeededGenerator(seed: 0)
        let network = STEPGen(
            configuration, graphs: (graphs[0], graphs[1]), blank: true, using: &generator)
        do { try network.store.load(file, constants: Set(graphNames)) } catch { throw .weights(error) }
        return network
    }
}
