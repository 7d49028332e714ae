import CJPEG

/// From pixels to a JPEG, by libjpeg: for pictures that people are to look at.
package struct JPEGEncoder: Sendable {
    /// 1...100.
    package let quality: Int

    package init(quality: Int = 85) {
        self.quality = quality
    }

    /// Encodes an image as a baseline JPEG with halved colours.
    ///
    /// - Throws: `PerceptionError.encoding` where the image has no pixels, or the quality is out of range.
    package func encode(_ image: CameraImage) throws(PerceptionError) -> [UInt8] {
        var bytes: UnsafeMutablePointer<UInt8>?
        var count = 0
        let result = image.pixels.withUnsafeBufferPointer {
            cjpeg_encode(
                $0.baseAddress, Int32(image.width), Int32(image.height), Int32(quality), &bytes, &count)
        }
        defer { cjpeg_free(bytes) }
        guard result == cjpeg_ok.rawValue, let bytes else {
            throw .encoding(width: image.width, height: image.height, quality: quality)
        }
        return [UInt8](UnsafeBufferPointer(start: bytes, count: count))
    }
}
