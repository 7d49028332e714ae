import TestSupport
import Testing

@testable import Perception

@Suite("The JPEG decoder")
struct JPEGDecoderTests {
    private let decoder = JPEGDecoder()

    private func decode(_ jpeg: [UInt8], reduction: Int = 1) throws -> CameraImage {
        var image = CameraImage()
        try decoder.decode(jpeg, into: &image, reduction: reduction)
        return image
    }

    private func fault(_ jpeg: [UInt8], _ decoder: JPEGDecoder = JPEGDecoder()) -> FrameFault? {
        var image = CameraImage()
        do throws(PerceptionError) {
            try decoder.decode(jpeg, into: &image)
            return nil
        } catch {
            guard case .frame(let fault, _, _) = error else { return nil }
            return fault
        }
    }

    @Test("gives back what was encoded, nearly")
    func round() throws {
        let picture = TestPicture.gradient(width: 160, height: 90)
        let image = try decode(TestPicture.jpeg(width: 160, height: 90))
        #expect(image.width == 160 && image.height == 90 && image.scale == 1)
        #expect(image.difference(from: picture) < 3)
    }

    @Test("reduces in the inverse transform, and rounds sides up", arguments: [1, 2, 4, 8])
    func reduction(reduction: Int) throws {
        let image = try decode(TestPicture.jpeg(width: 161, height: 90), reduction: reduction)
        #expect(image.width == (161 + reduction - 1) / reduction)
        #expect(image.height == (90 + reduction - 1) / reduction && image.scale == reduction)
        let small = TestPicture.gradient(width: image.width, height: image.height)
        #expect(image.difference(from: small) < 12)
    }

    @Test("turns the image upright as EXIF says, in either byte order", arguments: 1...8, [true, false])
    func orientation(orientation: Int, isLittleEndian: Bool) throws {
        let jpeg = try TestPicture.jpeg(width: 48, height: 32)
        let stored = try decode(jpeg)
        let turned = try decode(
            JPEGEditing.orient(jpeg, UInt8(orientation), isLittleEndian: isLittleEndian))
        let (width, height) = orientation >= 5 ? (32, 48) : (48, 32)
        #expect(turned.width == width && turned.height == height)
        for (column, row) in [(0, 0), (5, 20), (47, 31), (30, 2)] {
            // Where the standard says that the stored pixel is seen.
            let (x, y): (Int, Int) =
                switch orientation {
                case 2: (47 - column, row)
                case 3: (47 - column, 31 - row)
                case 4: (column, 31 - row)
                case 5: (row, column)
                case 6: (31 - row, column)
                case 7: (31 - row, 47 - column)
                case 8: (row, 47 - column)
                default: (column, row)
                }
            #expect(turned.pixel(x, y) == stored.pixel(column, row))
        }
    }

    @Test("reads progressive images, and gray ones as colors")
    func kinds() throws {
        let progressive = try decode(PictureExample.progressive)
        #expect(progressive.width == 32 && progressive.height == 16)
        #expect(progressive.pixel(31, 8)[0] > progressive.pixel(0, 8)[0] + 100)
        let gray = try decode(PictureExample.gray)
        let pixel = gray.pixel(20, 10)
        #expect(pixel[0] == pixel[1] && pixel[1] == pixel[2])
    }

    @Test("names what it refuses")
    func refusals() throws {
        let jpeg = try TestPicture.jpeg(width: 64, height: 64)
        #expect(fault([]) == .truncated)
        #expect(fault([0xFF]) == .truncated)
        #expect(fault(PictureExample.png) == .notJPEG)
        #expect(fault([UInt8](repeating: 0, count: 4096)) == .notJPEG)
        #expect(fault(PictureExample.printingInks) == .unsupportedColor)
        #expect(fault(JPEGEditing.claim(width: 20_000, height: 20_000, in: jpeg)) == .tooLarge)
        #expect(fault(JPEGEditing.claim(width: 4097, height: 8, in: jpeg)) == .tooLarge)
        #expect(fault(JPEGEditing.claim(width: 4096, height: 4096, in: jpeg)) == .tooLarge)
        #expect(fault(JPEGEditing.claim(width: 0, height: 8, in: jpeg)) == .corrupt)
        #expect(fault(PictureExample.fortyScans) == .tooManyScans)
    }

    @Test("drops an image of which a byte is missing, at every place", arguments: [false, true])
    func truncation(isProgressive: Bool) throws {
        let jpeg =
            isProgressive ? PictureExample.progressive : try TestPicture.jpeg(width: 64, height: 64)
        for count in 0..<jpeg.count {
            let found = fault(Array(jpeg.prefix(count)))
            #expect(found != nil, "\(count) bytes of \(jpeg.count)")
        }
        #expect(fault(jpeg) == nil)
    }

    @Test("bounds the memory of an image in several scans, and the scans")
    func scans() {
        var limits = JPEGLimits()
        limits.coefficientBytes = 1000
        #expect(fault(PictureExample.progressive, JPEGDecoder(limits: limits)) == .tooLarge)
        limits.coefficientBytes = 100_000
        #expect(fault(PictureExample.progressive, JPEGDecoder(limits: limits)) == nil)
        limits.scans = 3
        #expect(fault(PictureExample.progressive, JPEGDecoder(limits: limits)) == .tooManyScans)
        limits.scans = 40
        #expect(fault(PictureExample.fortyScans, JPEGDecoder(limits: limits)) == nil)
    }

    @Test("keeps nothing from one image to the next: without its tables an image is not decoded by another's")
    func isolation() throws {
        let jpeg = try TestPicture.jpeg(width: 64, height: 64)
        var tableless = jpeg
        // The quantisation tables' marker becomes a comment.
        let position = try #require(
            zip(jpeg, jpeg.dropFirst()).enumerated().first { $1 == (0xFF, 0xDB) }?.offset)
        tableless[position + 1] = 0xFE
        #expect(fault(jpeg) == nil)
        #expect(fault(tableless) == .corrupt)
    }

    @Test("says what was wrong in a sentence")
    func sentences() throws {
        let jpeg = JPEGEditing.claim(
            width: 20_000, height: 10_000, in: try TestPicture.jpeg(width: 64, height: 64))
        let error = #expect(throws: PerceptionError.self) { try decoder.header(of: jpeg) }
        #expect(error?.description == "A frame of 20000x10000 pixels exceeds the decoder's size limits.")
    }
}
