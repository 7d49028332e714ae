import Testing

@testable import Perception

@Suite("The JPEG encoder")
struct JPEGEncoderTests {
    @Test("makes fewer bytes of a lower quality")
    func quality() throws {
        let fine = try TestPicture.jpeg(width: 320, height: 240, quality: 95)
        let coarse = try TestPicture.jpeg(width: 320, height: 240, quality: 30)
        #expect(coarse.count < fine.count)
        #expect(try JPEGDecoder().header(of: coarse).width == 320)
    }

    @Test("refuses an image without pixels, and a quality that there is not")
    func refusals() {
        #expect(throws: PerceptionError.encoding(width: 0, height: 0, quality: 85)) {
            try JPEGEncoder().encode(CameraImage())
        }
        #expect(throws: PerceptionError.encoding(width: 8, height: 8, quality: 0)) {
            try TestPicture.jpeg(width: 8, height: 8, quality: 0)
        }
    }
}
