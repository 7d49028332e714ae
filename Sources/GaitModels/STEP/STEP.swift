package import Gait
package import NeuralNetwork

/// The STEP classifier with its gradients: input BatchNorm, ST-GCN layers, average pool, head.
///
/// Parameter names are those of the authors' state dictionary, so that released weights load unchanged.
package final class STEP {
    package let configuration: STEPConfiguration
    /// All parameters in one flat buffer.
    package let store: ParameterStore
    let inputNorm: BatchNorm
    let blocks: [SpatialTemporalBlock]
    let head: STEPHead
    private let pool = AveragePool()
    private var lastPooled = Tensor()

    /// A network with fresh weights.
    ///
    /// - Parameters:
    ///   - graph: the partitioned adjacency; nil for the one with the configuration's hop distance.
    ///   - blank: whether the weights are zeros, to be loaded later.
    ///   - dropout: the share of channels dropped in blocks and head while training.
    package init(
        _ configuration: STEPConfiguration, affectiveFeatures: Int, graph: SparseGraph? = nil,
        dropout: Float = 0, blank: Bool = false, using generator: inout some RandomNumberGenerator
    ) {
        let store = ParameterStore(blank: blank)
        let graph = graph ?? Self.graph(configuration.hopDistance)
        self.configuration = configuration
        self.store = store
        let inputs = configuration.blockInputs
        inputNorm = BatchNorm(
            "data_bn", channels: Joint.count * configuration.input.channels, grouping: .jointCoordinates,
            in: store)
        blocks = configuration.blocks.enumerated().map { index, block in
            SpatialTemporalBlock(
                "st_gcn_networks.\(index).",
                importance: configuration.edgeImportance ? "edge_importance.\(index)" : nil,
                inputs: inputs[index], block: block, kernel: configuration.kernel, graph: graph,
                dropout: dropout, in: store, using: &generator)
        }
        head = STEPHead(
            "", configuration.head, inputs: configuration.blocks.last?.width ?? inputs[0],
            affective: configuration.head.affective ? affectiveFeatures : 0,
            classes: configuration.labels.count, dropout: dropout, in: store, using: &generator)
    }

    /// The adjacency of the skeleton.
    package static func graph(_ distance: SkeletonGraph.HopDistance) -> SparseGraph {
        SparseGraph(
            dense: SkeletonGraph.partitions(distance), partitions: SkeletonGraph.partitionCount,
            joints: Joint.count)
    }

    /// The logits `[classes, N]`.
    ///
    /// - Parameters:
    ///   - input: `[C, N, V, T]`.
    ///   - affective: scaled features `[features, N]`; ignored if the head has none.
    package func callAsFunction(
        _ input: Tensor, affective: Tensor, training: Bool, using generator: inout some RandomNumberGenerator
    ) -> Tensor {
        lastPooled = pooled(input, training: training, using: &generator)
        return head(lastPooled, affective: affective, training: training, using: &generator)
    }

    /// The pooled features `[C, N]` of an input, before the head. The network is not trained by them.
    func features(_ input: Tensor) -> Tensor {
        var unused = SeededGenerator(seed: 0)
        return pooled(input, training: false, using: &unused)
    }

    private func pooled(
        _ input: Tensor, training: Bool, using generator: inout some RandomNumberGenerator
    ) -> Tensor {
        var values = inputNorm(input, training: training)
        for block in blocks { values = block(values, training: training, using: &generator) }
        return pool(values)
    }

    /// The gradient of the input of the last ``features(_:)``, given that of its result; overwritten by the next.
    func backward(features gradient: Tensor) -> Tensor { backward(pooled: gradient, for: .input) }

    private func backward(pooled gradient: Tensor, for pass: BackwardPass) -> Tensor {
        var gradient = pool.backward(gradient)
        for block in blocks.reversed() { gradient = block.backward(gradient, for: pass) }
        return inputNorm.backward(gradient, for: pass)
    }

    /// Adds to the gradients of every parameter, given that of the last call's logits.
    package func backward(_ gradient: Tensor) {
        _ = backward(gradient, for: .training)
    }

    /// The gradient of the input of the last call, given that of its logits; overwritten by the next.
    func backward(_ gradient: Tensor, for pass: BackwardPass) -> Tensor {
        backward(pooled: head.backward(gradient, for: pass), for: pass)
    }
}
