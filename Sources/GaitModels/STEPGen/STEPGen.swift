import Gait
package import NeuralNetwork

/// The STEP-Gen network with its gradients: a conditional variational autoencoder of gaits (Kingma and Welling
/// 2014; Bhattacharya et al. 2020, section 4).
///
/// Parameter names are those of the authors' state dictionary, so that released weights load unchanged.
package final class STEPGen {
    package let configuration: STEPGenConfiguration
    /// All parameters in one flat buffer.
    package let store: ParameterStore
    /// The mean of each class's latents; nil if all classes share the standard prior.
    let priorMean: Embedding?
    /// Where the latents of each class's gaits lie; nil if all classes share the standard prior.
    let density: ClassConditionalPrior?
    /// The logarithm of the stride's frequency from latent and class; nil if the network is not phased.
    let tempo: Linear?
    let encoder: STEPGenEncoder
    let decoder: STEPGenDecoder

    /// A network with fresh weights.
    ///
    /// - Parameters:
    ///   - graphs: the partitioned adjacencies of encoder and decoder; nil for those with the configuration's hop
    ///     distance.
    ///   - blank: whether the weights are zeros, to be loaded later.
    package init(
        _ configuration: STEPGenConfiguration, graphs: (encoder: SparseGraph, decoder: SparseGraph)? = nil,
        blank: Bool = false, using generator: inout some RandomNumberGenerator
    ) {
        self.configuration = configuration
        store = ParameterStore(blank: blank)
        let graph = STEP.graph(configuration.hopDistance)
        encoder = STEPGenEncoder(
            configuration, graph: graphs?.encoder ?? graph, in: store, using: &generator)
        decoder = STEPGenDecoder(
            configuration, graph: graphs?.decoder ?? graph, in: store, using: &generator)
        let (labels, latent) = (configuration.labels.count, configuration.latent)
        priorMean =
            configuration.prior == .classes
            ? Embedding("prior.mean", rows: labels, width: latent, in: store) : nil
        density =
            configuration.prior == .classes
            ? ClassConditionalPrior(classes: labels, latent: latent, in: store) : nil
        tempo =
            configuration.phased
            ? Linear(
                "tempo", inputs: latent + labels, outputs: 1, convolution: false, in: store,
                using: &generator) : nil
    }
}

/// STEP-Gen networks to and from the tensors of a model file, by the released names.
enum STEPGenFile {
    private static let graphNames = ["encoder.A", "decoder.A"]

    /// The tensors of a trained network.
    static func tensors(_ network: STEPGen) -> [SafeTensors.Entry] {
        let graph = STEP.graph(network.configuration.hopDistance)
        return graphNames.map(graph.entry) + network.store.tensors()
    }

    /// The network of a model file, every tensor checked.
    static func network(_ file: SafeTensors, _ configuration: STEPGenConfiguration) throws(ModelError)
        -> STEPGen
    {
        let graphs = try file.graphs(graphNames, usual: STEP.graph(configuration.hopDistance))
        var generator = SeededGenerator(seed: 0)
        let network = STEPGen(
            configuration, graphs: (graphs[0], graphs[1]), blank: true, using: &generator)
        do { try network.store.load(file, constants: Set(graphNames)) } catch { throw .weights(error) }
        return network
    }
}
