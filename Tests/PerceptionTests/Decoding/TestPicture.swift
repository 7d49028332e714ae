@testable import Perception

/// Pictures to be encoded.
enum TestPicture {
    /// Redder to the right, greener to the bottom, blue in the upper left quarter.
    static func gradient(width: Int, height: Int) -> CameraImage {
        var image = CameraImage()
        image.fill(width: width, height: height, scale: 1) { pixels in
            for row in 0..<height {
                for column in 0..<width {
                    let start = 3 * (row * width + column)
                    pixels[start] = UInt8(255 * column / width)
                    pixels[start + 1] = UInt8(255 * row / height)
                    pixels[start + 2] = row < height / 2 && column < width / 2 ? 255 : 0
                }
            }
        }
        return image
    }

    /// The JPEG of ``gradient(width:height:)``.
    static func jpeg(width: Int, height: Int, quality: Int = 90) throws -> [UInt8] {
        let pixels = gradient(width: width, height: height).pixels
        return try JPEGEncoder(quality: quality).encode(pixels, width: width, height: height)
    }
}

extension CameraImage {
    /// The three bytes of a pixel.
    func pixel(_ column: Int, _ row: Int) -> [UInt8] {
        let start = 3 * (row * width + column)
        return Array(pixels[start..<start + 3])
    }

    /// The mean difference of the bytes of two images of the same size.
    func difference(from other: CameraImage) -> Double {
        let count = 3 * width * height
        let sum = zip(pixels.prefix(count), other.pixels.prefix(count)).reduce(0) {
            $0 + abs(Int($1.0) - Int($1.1))
        }
        return Double(sum) / Double(count)
    }
}

/// Arrays stand for spans here: a span of an array's element would not live long enough inside `#expect`.
extension JPEGDecoder {
    @discardableResult
    func decode(
        _ bytes: [UInt8], into image: inout CameraImage, reduction: Int = 1
    ) throws(PerceptionError) -> Bool { try decode(bytes.span, into: &image, reduction: reduction) }

    func header(of bytes: [UInt8]) throws(PerceptionError) -> JPEGHeader { try header(of: bytes.span) }
}

extension EXIFOrientation {
    init(of jpeg: [UInt8]) { self.init(of: jpeg.span) }
}
