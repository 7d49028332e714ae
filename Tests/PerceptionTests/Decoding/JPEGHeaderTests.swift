import TestSupport
import Testing

@testable import Perception

@Suite("A JPEG's header")
struct JPEGHeaderTests {
    private func header(_ width: Int, _ height: Int, _ orientation: EXIFOrientation = .upright) -> JPEGHeader
    {
        JPEGHeader(
            width: width, height: height, orientation: orientation)
    }

    @Test(
        "names the greatest reduction at which far people are still found, and those followed still fill 256 pixels"
    )
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
        for count in 0..<34 {
            #expect(EXIFOrientation(of: Array(marked[..<count])) == .upright)
        }
    }
}
