import Gait
import NeuralNetwork

/// Recognises the authors' released weights, which have no configuration, by their key names.
enum ReleasedWeights {
    /// What the tensors of a file belong to.
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
        func shape(_ name: String) throws(ModelError) -> [Int] {
            guard let entry = file[name], entry.shape.count == 4, !entry.values.isEmpty else {
                throw .unknownModel(
                    path: file.path, reason: "\(name) is missing, empty or has no four extents")
            }
            return entry.shape
        }
        let output = try shape("fcn.weight")
        let kernel = try shape("st_gcn_networks.0.tcn.2.weight")[2]
        var blocks: [STEPConfiguration.Block] = []
        for (index, stride) in [1, 2, 1].enumerated() {
            let prefix = "st_gcn_networks.\(index)."
            let weight = try shape("\(prefix)tcn.2.weight")
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
            step: configuration, affective: nil, temperature: 1, training: nil)
    }
}
