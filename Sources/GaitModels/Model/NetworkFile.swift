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
            let graph = STEP.graph(configuration.hopDistance)
            entries.append(
                .init(
                    name: graphName, shape: [graph.partitions, graph.joints, graph.joints],
                    values: graph.dense))
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
    static func networks(_ file: SafeTensors, _ configuration: STEPConfiguration, features: Int) throws
        -> [STEP]
    {
        var graph = STEP.graph(configuration.hopDistance)
        if let stored = file[graphName] {
            let expected = [graph.partitions, graph.joints, graph.joints]
            guard stored.shape == expected else {
                throw NeuralNetworkError.mismatch(
                    path: file.path, missing: [], unused: [],
                    shapes: [.init(name: graphName, expected: expected, found: stored.shape)])
            }
            graph = SparseGraph(dense: stored.values, partitions: graph.partitions, joints: graph.joints)
        }
        let stray =
            configuration.members == 1
            ? []
            : file.names.filter {
                $0 != graphName && !isMember($0, of: configuration.members)
            }
        guard stray.isEmpty else {
            throw NeuralNetworkError.mismatch(path: file.path, missing: [], unused: stray, shapes: [])
        }
        return try (0..<configuration.members).map { member in
            var generator = SeededGenerator(seed: 0)
            let network = STEP(
                configuration, affectiveFeatures: features, graph: graph, blank: true, using: &generator)
            let prefix = prefix(member, of: configuration.members)
            let own = file.selecting(prefix: prefix) { $0 == graphName }
            try network.store.load(own, constants: [graphName])
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
    static func svm(_ file: SafeTensors, classes: Int, features: Int) throws -> LinearSVM {
        let store = ParameterStore()
        let pairs = LinearSVM.pairs(of: classes)
        store.declareZeros("svm.weight", [pairs, features])
        store.declareZeros("svm.bias", [pairs])
        try store.load(file)
        return LinearSVM(
            classes: classes, weight: store.array("svm.weight") ?? [], bias: store.array("svm.bias") ?? [])
    }
}
