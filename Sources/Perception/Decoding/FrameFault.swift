/// Why a camera's frame is not used. The raw values are the names that counters have.
package enum FrameFault: String, CaseIterable, Sendable {
    case notJPEG = "not_jpeg"
    /// The bytes end before the image does, or there are none.
    case truncated
    /// libjpeg objects to the bytes, be it by a warning: what it makes up then is no picture.
    case corrupt
    /// Width, height, pixels, or the memory of an image in several scans, are above ``JPEGLimits``.
    case tooLarge = "too_large"
    /// Neither grey nor three colours, such as printing inks.
    case unsupportedColour = "unsupported_colour"
    /// More than 8 bits a sample, or lossless.
    case unsupportedProcess = "unsupported_process"
    /// A progressive image in more scans than ``JPEGLimits/scans``.
    case tooManyScans = "too_many_scans"
    case outOfMemory = "out_of_memory"

    /// The predicate of a sentence about a frame.
    package var meaning: String {
        switch self {
        case .notJPEG: "is no JPEG"
        case .truncated: "is truncated"
        case .corrupt: "is corrupt"
        case .tooLarge: "is larger than is decoded"
        case .unsupportedColour: "has other colours than grey or red, green and blue"
        case .unsupportedProcess: "is a JPEG of a kind that is not decoded (12 bits, lossless)"
        case .tooManyScans: "has more scans than are decoded"
        case .outOfMemory: "finds no memory"
        }
    }
}
