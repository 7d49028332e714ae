import Foundation
import Gait
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
        let turned = try decode(JPEGEditing.orient(jpeg, UInt8(orientation), isLittleEndian: isLittleEndian))
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

    @Test(
        "drops an image of which a byte is missing, at every place but the end marker",
        arguments: [false, true])
    func truncation(isProgressive: Bool) throws {
        let jpeg =
            isProgressive ? PictureExample.progressive : try TestPicture.jpeg(width: 64, height: 64)
        // A progressive image without its end marker may lack a scan.
        for count in 0..<jpeg.count - (isProgressive ? 0 : 2) {
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
        // The quantization tables' marker becomes a comment.
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

@Suite("A JPEG's header")
struct JPEGHeaderTests {
    private func header(_ width: Int, _ height: Int, _ orientation: EXIFOrientation = .upright) -> JPEGHeader
    { JPEGHeader(width: width, height: height, orientation: orientation) }

    @Test("names the largest reduction that still finds far people and fills 256 pixels when tracking")
    func reduction() {
        #expect(header(640, 480).reduction(smallestRegion: nil) == 1)
        #expect(header(1280, 720).reduction(smallestRegion: nil) == 1)
        #expect(header(1920, 1080).reduction(smallestRegion: nil) == 2)
        #expect(header(1920, 1080).reduction(smallestRegion: 511) == 1)
        #expect(header(1920, 1080).reduction(smallestRegion: 512) == 2)
        #expect(header(3840, 2160).reduction(smallestRegion: nil) == 4)
        #expect(header(3840, 2160).reduction(smallestRegion: 600) == 2)
    }

    @Test("has the sides of the upright image")
    func sides() throws {
        let turned = header(640, 480, try #require(EXIFOrientation(rawValue: 6)))
        #expect(turned.uprightWidth == 480 && turned.uprightHeight == 640)
    }

    @Test("is upright where EXIF says nothing that makes sense")
    func orientations() throws {
        let jpeg = try TestPicture.jpeg(width: 8, height: 8)
        #expect(EXIFOrientation(of: jpeg) == .upright)
        for value: UInt8 in [0, 9, 255] {
            #expect(EXIFOrientation(of: JPEGEditing.orient(jpeg, value)) == .upright)
        }
        #expect(EXIFOrientation(of: JPEGEditing.orient(jpeg, 3)).rawValue == 3)
        // Cut off anywhere, in the marker too.
        let marked = JPEGEditing.orient(jpeg, 6)
        for count in 0..<34 { #expect(EXIFOrientation(of: Array(marked[..<count])) == .upright) }
    }
}

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
            try JPEGEncoder().encode([], width: 0, height: 0)
        }
        #expect(throws: PerceptionError.encoding(width: 8, height: 8, quality: 0)) {
            try TestPicture.jpeg(width: 8, height: 8, quality: 0)
        }
    }
}

@Suite("A camera image")
struct CameraImageTests {
    @Test("hands out its pixels, and keeps the room of a larger frame for a smaller one")
    func room() {
        var image = CameraImage()
        image.fill(width: 4, height: 2, scale: 2) { $0.update(repeating: 7) }
        #expect(image.pixels == [UInt8](repeating: 7, count: 24) && image.scale == 2)
        image.fill(width: 2, height: 1, scale: 1) {
            #expect($0.count == 6)
            $0.update(repeating: 9)
        }
        #expect(image.width == 2 && image.height == 1 && image.pixels.count == 24)
        #expect(image.pixels.prefix(6).allSatisfy { $0 == 9 } && image.pixels[6] == 7)
    }
}

@Suite("A JPEG with any byte changed")
struct JPEGFuzzingTests {
    /// One of every kind that is decoded.
    private static func originals() throws -> [[UInt8]] {
        let plain = try TestPicture.jpeg(width: 96, height: 64)
        return [
            plain, PictureExample.progressive, PictureExample.gray, JPEGEditing.orient(plain, 6),
            JPEGEditing.orient(plain, 3, isLittleEndian: true),
        ]
    }

    @Test("is decoded or refused by name, and the next good one is decoded as ever")
    func mutations() throws {
        let originals = try Self.originals()
        var mutations = Mutations(originals, using: SeededGenerator(seed: 6))
        let decoder = JPEGDecoder()
        var image = CameraImage()
        try decoder.decode(originals[0], into: &image)
        let expected = Array(image.pixels.prefix(3 * 96 * 64))
        var refused: [FrameFault: Int] = [:]
        var decoded = 0
        for round in 0..<1000 {
            let mutation = mutations.next()
            do throws(PerceptionError) {
                try decoder.decode(mutation, into: &image, reduction: 1 << (round % 4))
                decoded += 1
            } catch {
                guard case .frame(let fault, _, _) = error else {
                    Issue.record("case \(round): \(error)")
                    continue
                }
                refused[fault, default: 0] += 1
            }
            guard round % 50 == 49 else { continue }
            try decoder.decode(originals[0], into: &image)
            #expect(Array(image.pixels.prefix(3 * 96 * 64)) == expected)
        }
        #expect(decoded > 50 && decoded < 950, "the mutations are neither harmless nor all fatal")
        #expect((refused[.corrupt] ?? 0) > 50 && (refused[.truncated] ?? 0) > 20)
    }

    @Test("touches no memory that is not its own, in 50,000 cases", .enabled(if: FuzzedProcess.isLong))
    func sanitised() throws {
        let folder = try TemporaryFolder()
        let files = try Self.originals().enumerated().map { index, jpeg in
            try folder.write("\(index).jpg", Data(jpeg))
        }
        let sources = ["decode.c", "encode.c", "failure.c"].map { PackageFolder.path("Sources/CJPEG/\($0)") }
        let program = folder.path("jpeg")
        let compiler = try ProgramRun(
            "/usr/bin/env",
            ["clang", "-g", "-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
                + [
                    "-I", PackageFolder.path("Sources/CJPEG/include"),
                    PackageFolder.path("Tests/Sanitised/jpeg.c"),
                ]
                + sources + ["-ljpeg", "-o", program])
        try #require(compiler.process.wait() == 0, "\(compiler.errors)")
        let run = try ProgramRun(program, ["50000", "6"] + files)
        #expect(run.process.exitCode(within: 1200) == 0, "\(run.errors.suffix(4000))")
        let counts = run.output.split(separator: "\n")
        // Decoded, truncated and corrupt: the mutations reach every part.
        for result in ["0:", "-2:", "-3:"] { #expect(counts.contains { $0.hasPrefix(result) }, "\(counts)") }
        #expect(!run.errors.contains("refused as it is"))
    }
}
