import CJPEG

/// What a JPEG may demand of the decoder; checked in its header, before any allocation.
package struct JPEGLimits: Equatable, Sendable {
    /// Pixels along a side.
    package var side = 4096
    /// Pixels in all: those of a 4096x2304 camera.
    package var pixels = 4096 * 2304
    /// Bytes of the coefficients of an image in several scans, such as a progressive one: 2 per sample, all held at
    /// once. A 1920x1080 image with full-resolution colors has 12.5 million.
    package var coefficientBytes = 32 << 20
    /// Scans of a progressive image; encoders write about ten. Each one passes over the whole image, and a small file
    /// can have thousands.
    package var scans = 32

    package init() {}

    fileprivate var forLibjpeg: cjpeg_limits {
        cjpeg_limits(
            side: UInt32(side), pixels: UInt64(pixels), coefficient_bytes: UInt64(coefficientBytes),
            scans: Int32(scans))
    }
}

/// A JPEG's properties, known before its first scan.
package struct JPEGHeader: Equatable, Sendable {
    /// Pixels from left to right and from top to bottom as stored, before the image is turned upright.
    package var width: Int
    package var height: Int
    /// How to turn the stored image upright.
    package var orientation: EXIFOrientation

    /// Pixels of the upright image.
    package var uprightWidth: Int { orientation.swapsSides ? height : width }
    package var uprightHeight: Int { orientation.swapsSides ? width : height }

    /// The greatest reduction that leaves enough detail.
    ///
    /// The detector sees images and tiles in 224 pixels, and the landmark network people in 256. The shorter side of a
    /// reduced image needs about twice the detector's size, so that it still finds distant people, and regions of
    /// followed people need 256. Beyond the entropy code a halved image costs at most half, so reducing always pays.
    ///
    /// - Parameter smallestRegion: the side of the smallest followed region, pixels of the image as sent; nil if no
    ///   person is followed.
    /// - Returns: 1, 2, 4 or 8.
    package func reduction(smallestRegion: Float?) -> Int {
        let side = Float(min(width, height))
        let serves = [8, 4, 2].first { reduction in
            let factor = Float(reduction)
            return side >= 480 * factor && (smallestRegion.map { $0 >= 256 * factor } ?? true)
        }
        return serves ?? 1
    }
}

/// Decodes a camera's JPEGs with libjpeg.
///
/// It keeps no state between frames: libjpeg would decode a frame without tables with those of the previous frame.
package struct JPEGDecoder: Sendable {
    package let limits: JPEGLimits

    package init(limits: JPEGLimits = JPEGLimits()) {
        self.limits = limits
    }

    /// Reads a frame up to its first scan and checks it against the limits.
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
        return JPEGHeader(width: width, height: height, orientation: EXIFOrientation(of: bytes))
    }

    /// Decodes a frame, reduces it in the inverse transform and turns it upright as EXIF says. Gray becomes RGB.
    ///
    /// - Parameters:
    ///   - image: receives the pixels; undefined after an error.
    ///   - reduction: the divisor of each side, 1, 2, 4 or 8; sizes are rounded up.
    /// - Returns: Whether the frame is repaired: it has stray bytes, no end marker, or lost restart intervals of at most
    ///   5 % of the image, which are gray.
    /// - Throws: `PerceptionError.frame` with the reason.
    @discardableResult
    package func decode(
        _ bytes: Span<UInt8>, into image: inout CameraImage, reduction: Int = 1
    ) throws(PerceptionError) -> Bool {
        try decode(bytes, header: header(of: bytes), into: &image, reduction: reduction)
    }

    /// As above, for a frame whose header is known.
    package func decode(
        _ bytes: Span<UInt8>, header: JPEGHeader, into image: inout CameraImage, reduction: Int
    ) throws(PerceptionError) -> Bool {
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
        guard [cjpeg_ok.rawValue, cjpeg_repaired.rawValue].contains(result) else {
            throw .frame(FrameFault(result), width: header.width, height: header.height)
        }
        return result == cjpeg_repaired.rawValue
    }
}

extension FrameFault {
    /// - Parameter result: a negative result of the C functions.
    fileprivate init(_ result: Int32) {
        switch result {
        case cjpeg_not_jpeg.rawValue: self = .notJPEG
        case cjpeg_truncated.rawValue: self = .truncated
        case cjpeg_too_large.rawValue: self = .tooLarge
        case cjpeg_unsupported_colour.rawValue: self = .unsupportedColor
        case cjpeg_unsupported_process.rawValue: self = .unsupportedProcess
        case cjpeg_too_many_scans.rawValue: self = .tooManyScans
        case cjpeg_out_of_memory.rawValue: self = .outOfMemory
        default: self = .corrupt
        }
    }
}

/// Encodes JPEGs with libjpeg.
package struct JPEGEncoder: Sendable {
    /// 1...100.
    package let quality: Int

    package init(quality: Int = 85) {
        self.quality = quality
    }

    /// Encodes an image as a baseline JPEG with colors at half resolution.
    ///
    /// - Parameter pixels: red, green and blue, row by row, at least `3 * width * height` bytes.
    /// - Throws: `PerceptionError.encoding` if the image has no pixels or the quality is out of range.
    package func encode(_ pixels: [UInt8], width: Int, height: Int) throws(PerceptionError) -> [UInt8] {
        precondition(pixels.count >= 3 * width * height)
        var bytes: UnsafeMutablePointer<UInt8>?
        var count = 0
        let result = pixels.withUnsafeBufferPointer {
            cjpeg_encode($0.baseAddress, Int32(width), Int32(height), Int32(quality), &bytes, &count)
        }
        defer { cjpeg_free(bytes) }
        guard result == cjpeg_ok.rawValue, let bytes else {
            throw .encoding(width: width, height: height, quality: quality)
        }
        return [UInt8](UnsafeBufferPointer(start: bytes, count: count))
    }
}

/// The decoded pixels of one camera frame: red, green and blue, one byte each.
///
/// Every frame of a camera refills the same image, so steady state allocates nothing.
package struct CameraImage: Sendable {
    /// Pixels from left to right; 0 before the first frame.
    package private(set) var width = 0
    /// Pixels from top to bottom; 0 before the first frame.
    package private(set) var height = 0
    /// How many pixels of the frame as sent one pixel covers along each side: 1, 2, 4 or 8.
    package private(set) var scale = 1
    /// Rows from the top, `3 * width` bytes each. The array may be longer than they need.
    package private(set) var pixels: [UInt8] = []

    package init() {}

    /// Changes the size and hands out the bytes to fill.
    ///
    /// - Parameter fill: receives `3 * width * height` bytes.
    package mutating func fill(
        width: Int, height: Int, scale: Int, _ fill: (UnsafeMutableBufferPointer<UInt8>) -> Void
    ) {
        let count = 3 * width * height
        if pixels.count < count { pixels = [UInt8](repeating: 0, count: count) }
        (self.width, self.height, self.scale) = (width, height, scale)
        pixels.withUnsafeMutableBufferPointer { fill(UnsafeMutableBufferPointer(rebasing: $0[..<count])) }
    }
}

/// An upright rectangle of an image, in pixels from its left and top. It may extend beyond the image.
package struct ImageArea: Equatable, Sendable {
    package var x: Float
    package var y: Float
    package var width: Float
    package var height: Float

    package init(x: Float, y: Float, width: Float, height: Float) {
        (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }

    package init(whole image: CameraImage) {
        self.init(x: 0, y: 0, width: Float(image.width), height: Float(image.height))
    }

    /// The smallest upright square that shares the center and contains the area.
    var square: PoseRegion {
        PoseRegion(center: [x + width / 2, y + height / 2], side: max(width, height))
    }
}
