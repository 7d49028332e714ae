import CJPEG

/// From a camera's JPEG to pixels, by libjpeg.
///
/// It keeps nothing from one frame to the next: libjpeg would decode a frame that lacks tables with those of the frame
/// before it.
package struct JPEGDecoder: Sendable {
    package let limits: JPEGLimits

    package init(limits: JPEGLimits = JPEGLimits()) {
        self.limits = limits
    }

    /// Reads a frame up to its first scan, and checks it against the limits.
    ///
    /// - Throws: `PerceptionError.frame` with the reason.
    package func header(of bytes: Span<UInt8>) throws(PerceptionError) -> JPEGHeader {
        var header = cjpeg_header()
        var limits = limits.forLibjpeg
        let result = bytes.withUnsafeBufferPointer {
            cjpeg_read_header($0.baseAddress, $0.count, &limits, &header)
        }
        let (width, height) = (Int(header.width), Int(header.height))
        guard result == cjpeg_ok.rawValue else {
            throw .frame(FrameFault(result), width: width, height: height)
        }
        return JPEGHeader(
            width: width, height: height, components: Int(header.components),
            isProgressive: header.is_progressive != 0, orientation: EXIFOrientation(of: bytes))
    }

    /// Decodes a frame, reduced by the inverse transform and turned upright as EXIF says. Grey becomes colour.
    ///
    /// - Parameters:
    ///   - image: takes the pixels; of no use after an error.
    ///   - reduction: 1, 2, 4 or 8: what each side is divided by, rounded up.
    /// - Throws: `PerceptionError.frame` with the reason: also where libjpeg only warns.
    package func decode(
        _ bytes: Span<UInt8>, into image: inout CameraImage, reduction: Int = 1
    ) throws(PerceptionError) {
        try decode(bytes, header: header(of: bytes), into: &image, reduction: reduction)
    }

    /// As above, of a frame whose header has been read.
    package func decode(
        _ bytes: Span<UInt8>, header: JPEGHeader, into image: inout CameraImage, reduction: Int
    ) throws(PerceptionError) {
        let width = (header.uprightWidth + reduction - 1) / reduction
        let height = (header.uprightHeight + reduction - 1) / reduction
        var limits = limits.forLibjpeg
        let result = bytes.withUnsafeBufferPointer { input in
            var result: Int32 = 0
            image.fill(width: width, height: height, scale: reduction) { output in
                result = cjpeg_decode(
                    input.baseAddress, input.count, &limits, Int32(reduction),
                    Int32(header.orientation.rawValue), output.baseAddress, output.count)
            }
            return result
        }
        guard result == cjpeg_ok.rawValue else {
            throw .frame(FrameFault(result), width: header.width, height: header.height)
        }
    }
}

extension JPEGLimits {
    fileprivate var forLibjpeg: cjpeg_limits {
        cjpeg_limits(
            side: UInt32(side), pixels: UInt64(pixels), coefficient_bytes: UInt64(coefficientBytes),
            scans: Int32(scans))
    }
}

extension FrameFault {
    /// - Parameter result: a result of the C functions other than `cjpeg_ok`.
    fileprivate init(_ result: Int32) {
        switch result {
        case cjpeg_not_jpeg.rawValue: self = .notJPEG
        case cjpeg_truncated.rawValue: self = .truncated
        case cjpeg_too_large.rawValue: self = .tooLarge
        case cjpeg_unsupported_colour.rawValue: self = .unsupportedColour
        case cjpeg_unsupported_process.rawValue: self = .unsupportedProcess
        case cjpeg_too_many_scans.rawValue: self = .tooManyScans
        case cjpeg_out_of_memory.rawValue: self = .outOfMemory
        default: self = .corrupt
        }
    }
}
