/// What goes wrong between a camera's bytes and the landmarks of a person.
package enum PerceptionError: Error, Equatable, CustomStringConvertible {
    /// A file cannot be read.
    case file(path: String, reason: String)
    /// A folder or bundle lacks models; `names` are those that were looked for in vain.
    case missingModels(path: String, names: [String])
    /// A bundle of models is damaged, or none.
    case malformedBundle(path: String, reason: String)
    /// A model file is damaged, or no model file.
    case malformedModel(path: String, reason: String)
    /// A model file is whole, but its network is not one that can be run here.
    case unsupportedModel(path: String, reason: String)
    /// The network runtime refused to do something; `status` is its `xnn_status`.
    case runtime(action: String, status: Int)
    /// The processor lacks the instructions that the network runtime needs.
    case unsupportedProcessor
    /// A network gave values that are infinite or no numbers.
    case notFinite(output: String)
    /// A region in which a person is to be looked for is not finite, or its side is none.
    case region(PoseRegion)
    /// A camera's frame cannot be used; width and height as its header has them, 0 where that is not known.
    case frame(FrameFault, width: Int, height: Int)
    /// An image cannot be written as a JPEG of that quality, 1...100.
    case encoding(width: Int, height: Int, quality: Int)

    package var description: String {
        switch self {
        case .file(let path, let reason):
            "\(path): \(reason)."
        case .missingModels(let path, let names):
            "\(path) has no \(names.joined(separator: " and no ")); fetch the pose models or name their folder."
        case .malformedBundle(let path, let reason):
            "\(path) is no whole bundle of models: \(reason)."
        case .malformedModel(let path, let reason):
            "\(path) is no whole TensorFlow Lite model: \(reason)."
        case .unsupportedModel(let path, let reason):
            "\(path) has a network that cannot be run: \(reason)."
        case .runtime(let action, let status):
            "The network runtime failed to \(action) (xnn_status \(status))."
        case .unsupportedProcessor:
            "The processor lacks the vector instructions that the network runtime needs "
                + "(SSE2 on x86, NEON on ARM); camera frames cannot be used on this machine."
        case .notFinite(let output):
            "The network gave \(output) that are not finite; its model file may be damaged."
        case .region(let region):
            "The region with centre \(region.centre) and side \(region.side) is no region of an image."
        case .frame(let fault, let width, let height):
            width > 0 ? "A frame of \(width)x\(height) pixels \(fault.meaning)." : "A frame \(fault.meaning)."
        case .encoding(let width, let height, let quality):
            "An image of \(width)x\(height) pixels cannot be written as a JPEG of quality \(quality)."
        }
    }
}

extension PerceptionError {
    /// Whether pose models are not there, rather than damaged or of no use on this machine.
    package var isForWantOfModels: Bool {
        switch self {
        case .file, .missingModels: true
        default: false
        }
    }
}
