@testable import Perception

/// Arrays stand for spans here: a span of an array's element would not live long enough inside `#expect`.
extension JPEGDecoder {
    func decode(
        _ bytes: [UInt8], into image: inout CameraImage, reduction: Int = 1
    ) throws(PerceptionError) {
        try decode(bytes.span, into: &image, reduction: reduction)
    }

    func header(of bytes: [UInt8]) throws(PerceptionError) -> JPEGHeader {
        try header(of: bytes.span)
    }
}

extension EXIFOrientation {
    init(of jpeg: [UInt8]) {
        self.init(of: jpeg.span)
    }
}
