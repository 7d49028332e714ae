import Gait
import NeuralNetwork

/// Recognizes the authors' released weights, which have no configuration, by their key names.
enum ReleasedWeights {
    /// The model that a file's tensors belong to.
    enum Kind: Equatable {
        case classifier
        case generator
    }

    static func recognise(_ names: [String]) -> Kind? {
        let names = Set(names)
        if names.isSuperset(of: ["data_bn.weight", "st_gcn_networks.0.gcn.conv.weight", "fcn.weight", "A"]) {
            return .classifier
        }
        if names.isSuperset(of: ["encoder.z_mean.weight", "encoder.z_lsig.weight", "decoder.fcn.weight"]) {
            return .generator
        }
        return nil
    }

    /// The released classifier's configuration, with widths, kernel, residuals and classes as the tensors
    /// have them.
    ///
    /// Strides cannot be seen in the tensors: 1, 2, 1, as in the authors' code. The order of the outputs is
    /// uncertain, so the classes have no emotion's name.
    static func classifierDescription(_ file: SafeTensors) throws(ModelError) -> ModelDescription {
        let output = try shape("fcn.weight", of: file)
        let kernel = try shape("st_gcn_networks.0.tcn.2.weight", of: file)[2]
        var blocks: [STEPConfiguration.Block] = []
        for (index, stride) in [1, 2, 1].enumerated() {
            let prefix = "st_gcn_networks.\(index)."
            let weight = try shape("\(prefix)tcn.2.weight", of: file)
            let projected = file["\(prefix)residual.0.weight"] != nil
            blocks.append(
                .init(width: weight[0], stride: stride, residual: projected ? .projection : .identity))
        }
        var configuration = STEPConfiguration.preset(
            .baselineReleased, labels: (0..<output[0]).map { "class_\($0)" })
        configuration.blocks = blocks
        configuration.kernel = kernel
        return ModelDescription(
            name: "step-baseline-released", version: 0, kind: .step, labels: configuration.labels,
            step: configuration)
    }

    /// The released generator's configuration, with widths, kernel and classes as the tensors have them.
    static func generatorDescription(_ file: SafeTensors) throws(ModelError) -> ModelDescription {
        let seed = try shape("decoder.fcn.weight", of: file)
        let latent = try shape("encoder.z_mean.weight", of: file)[0]
        guard seed[0] > latent else {
            throw .unknownModel(
                path: file.path, reason: "its decoder has no class input besides \(latent) latents")
        }
        var configuration = STEPGenDesign.paper.configuration(
            labels: (0..<seed[0] - latent).map { "class_\($0)" })
        (configuration.seedWidth, configuration.latent) = (seed[1], latent)
        configuration.kernel = try shape("encoder.encoder.0.tcn.2.weight", of: file)[2]
        for (index, block) in configuration.encoder.enumerated() {
            let prefix = "encoder.encoder.\(index)."
            configuration.encoder[index].width = try shape("\(prefix)tcn.2.weight", of: file)[0]
            let projected = file["\(prefix)residual.0.weight"] != nil
            configuration.encoder[index].residual = projected ? .projection : block.residual
        }
        for index in configuration.decoder.indices {
            configuration.decoder[index].width = try shape("decoder.decoder.\(index).tcn.2.weight", of: file)[
                1]
        }
        return ModelDescription(
            name: "step-gen-released", version: 0, kind: .stepGen, labels: configuration.labels,
            generator: configuration)
    }

    private static func shape(_ name: String, of file: SafeTensors) throws(ModelError) -> [Int] {
        guard let entry = file[name], entry.shape.count == 4, !entry.values.isEmpty else {
            throw .unknownModel(path: file.path, reason: "\(name) is missing, empty or not four-dimensional")
        }
        return entry.shape
    }
}
