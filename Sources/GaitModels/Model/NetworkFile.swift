import Gait
import NeuralNetwork

/// Networks and machines to and from the tensors of a model file.
///
/// A model of one network keeps the released names; one of several puts `members.0.` and so on before them.
enum NetworkFile {
    private static let graphName = "A"

    private static func prefix(_ member: Int, of members: Int) -> String {
        members == 1 ? "" : "members.\(member)."
    }

    /// The tensors of a trained model.
    static func tensors(_ networks: [STEP]) -> [SafeTensors.Entry] {
        var entries: [SafeTensors.Entry] = []
        if let configuration = networks.first?.configuration {
            entries.append(STEP.graph(configuration.hopDistance).entry(graphName))
        }
        for (member, network) in networks.enumerated() {
            let prefix = prefix(member, of: networks.count)
            entries += network.store.tensors().map {
                .init(name: prefix + $0.name, shape: $0.shape, values: $0.values)
            }
        }
        return entries
    }

    /// The networks of a model, every tensor checked.
    static func networks(
        _ file: SafeTensors, _ configuration: STEPConfiguration, features: Int
    ) throws(ModelError) -> [STEP] {
        let members = configuration.members
        let graph = try file.graphs([graphName], usual: STEP.graph(configuration.hopDistance))[0]
        let stray = members == 1 ? [] : file.names.filter { $0 != graphName && !isMember($0, of: members) }
        guard stray.isEmpty else {
            throw .weights(.mismatch(path: file.path, missing: [], unused: stray, shapes: []))
        }
        return try (0..<members).map { (member) throws(ModelError) in
            var generator = SeededGenerator(seed: 0)
            let network = STEP(
                configuration, affectiveFeatures: features, graph: graph, blank: true, using: &generator)
            let own = file.selecting(prefix: prefix(member, of: members)) { $0 == graphName }
            do throws(NeuralNetworkError) {
                try network.store.load(own, constants: [graphName])
            } catch {
                throw ModelError.weights(error)
            }
            return network
        }
    }

    private static func isMember(_ name: String, of members: Int) -> Bool {
        (0..<members).contains { name.hasPrefix(prefix($0, of: members)) }
    }

    /// The tensors of a support vector machine.
    static func tensors(_ svm: LinearSVM) -> [SafeTensors.Entry] {
        let pairs = svm.bias.count
        return [
            .init(name: "svm.weight", shape: [pairs, svm.weight.count / max(pairs, 1)], values: svm.weight),
            .init(name: "svm.bias", shape: [pairs], values: svm.bias),
        ]
    }

    /// The machine of a model file.
    static func svm(_ file: SafeTensors, classes: Int, features: Int) throws(ModelError) -> LinearSVM {
        let store = ParameterStore()
        let pairs = LinearSVM.pairs(of: classes)
        store.declareZeros("svm.weight", [pairs, features])
        store.declareZeros("svm.bias", [pairs])
        do { try store.load(file) } catch { throw .weights(error) }
        return LinearSVM(
            classes: classes, weight: store.array("svm.weight") ?? [], bias: store.array("svm.bias") ?? [])
    }
}

extension SparseGraph {
    /// The adjacency as a tensor of a model file.
    func entry(_ name: String) -> SafeTensors.Entry {
        .init(name: name, shape: [partitions, joints, joints], values: dense)
    }
}

extension SafeTensors {
    /// The adjacencies of these names in the file; the usual one for each that the file does not have.
    ///
    /// - Throws: ``ModelError/weights(_:)`` naming all of another shape.
    func graphs(_ names: [String], usual: SparseGraph) throws(ModelError) -> [SparseGraph] {
        let expected = [usual.partitions, usual.joints, usual.joints]
        let wrong = names.compactMap { self[$0] }.filter { $0.shape != expected }
        guard wrong.isEmpty else {
            let shapes = wrong.map {
                NeuralNetworkError.ShapeMismatch(name: $0.name, expected: expected, found: $0.shape)
            }
            throw .weights(.mismatch(path: path, missing: [], unused: [], shapes: shapes))
        }
        return names.map { name in
            self[name].map {
                SparseGraph(dense: $0.values, partitions: usual.partitions, joints: usual.joints)
            } ?? usual
        }
    }
}
