/// An error on the way from a camera's bytes to a person's landmarks.
package enum PerceptionError: Error, Equatable, CustomStringConvertible {
    /// A file cannot be read.
    case file(path: String, reason: String)
    /// A folder or bundle lacks the models called `names`.
    case missingModels(path: String, names: [String])
    /// A file is not an intact bundle of models.
    case malformedBundle(path: String, reason: String)
    /// A file is not an intact model.
    case malformedModel(path: String, reason: String)
    /// A model file is intact, but its network cannot run here.
    case unsupportedModel(path: String, reason: String)
    /// The network runtime failed; `status` is its `xnn_status`.
    case runtime(action: String, status: Int)
    /// The processor lacks the instructions that the network runtime needs.
    case unsupportedProcessor
    /// A network produced infinities or NaNs.
    case notFinite(output: String)
    /// The region to search for a person is not finite or has no size.
    case region(PoseRegion)
    /// A camera's frame is unusable; width and height come from its header, 0 if unknown.
    case frame(FrameFault, width: Int, height: Int)
    /// An image cannot be written as a JPEG of that quality, 1...100.
    case encoding(width: Int, height: Int, quality: Int)

    package var description: String {
        switch self {
        case .file(let path, let reason):
            "\(path): \(reason)."
        case .missingModels(let path, let names):
            "\(path) has no \(names.joined(separator: " and no ")); fetch the pose models, or set their folder."
        case .malformedBundle(let path, let reason):
            "\(path) is not an intact bundle of models: \(reason)."
        case .malformedModel(let path, let reason):
            "\(path) is not an intact TensorFlow Lite model: \(reason)."
        case .unsupportedModel(let path, let reason):
            "\(path) has a network that cannot run here: \(reason)."
        case .runtime(let action, let status):
            "The network runtime failed to \(action) (xnn_status \(status))."
        case .unsupportedProcessor:
            "The processor lacks the vector instructions that the network runtime needs "
                + "(SSE2 on x86, NEON on ARM); camera frames cannot be used on this machine."
        case .notFinite(let output):
            "The network produced \(output) that are not finite; its model file may be damaged."
        case .region(let region):
            "No image region can have its center at \(region.center) and sides of \(region.side)."
        case .frame(let fault, let width, let height):
            width > 0 ? "A frame of \(width)x\(height) pixels \(fault.meaning)." : "A frame \(fault.meaning)."
        case .encoding(let width, let height, let quality):
            "An image of \(width)x\(height) pixels cannot be written as a JPEG of quality \(quality)."
        }
    }

    /// The command that downloads the pose models, if they are absent rather than damaged or unusable on this machine.
    ///
    /// - Parameter landmarks: which landmark network is wanted.
    package func fetchCommand(_ landmarks: LandmarkModel) -> String? {
        switch self {
        case .file, .missingModels: "launch/fetch-models" + (landmarks == .full ? " --full" : "")
        default: nil
        }
    }
}

/// Why a camera's frame is unusable. The raw values name the counters.
package enum FrameFault: String, CaseIterable, Sendable {
    case notJPEG = "not_jpeg"
    /// The data end before the image does, or are empty.
    case truncated
    /// libjpeg objects to the bytes, or more than 5 % of the image are lost: it fills the gap with invented pixels.
    case corrupt
    /// Width, height, pixels, or the memory for an image in several scans exceed ``JPEGLimits``.
    case tooLarge = "too_large"
    /// Neither gray nor three colors, such as printing inks.
    case unsupportedColor = "unsupported_colour"
    /// More than 8 bits per sample, or lossless.
    case unsupportedProcess = "unsupported_process"
    /// A progressive image with more scans than ``JPEGLimits/scans``.
    case tooManyScans = "too_many_scans"
    case outOfMemory = "out_of_memory"

    /// The predicate of a sentence about a frame.
    package var meaning: String {
        switch self {
        case .notJPEG: "is not a JPEG"
        case .truncated: "is truncated"
        case .corrupt: "is corrupt"
        case .tooLarge: "exceeds the decoder's size limits"
        case .unsupportedColor: "is neither gray nor RGB"
        case .unsupportedProcess: "is a JPEG of an unsupported kind (12 bits, lossless)"
        case .tooManyScans: "has too many scans"
        case .outOfMemory: "needs more memory than is free"
        }
    }
}
