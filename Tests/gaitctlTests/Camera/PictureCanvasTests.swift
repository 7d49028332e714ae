import Perception
import Testing

@testable import gaitctl

@Suite("Picture canvas")
struct PictureCanvasTests {
    private let red = PictureCanvas.Colour(255, 0, 0)

    private func picture(_ draw: (PictureCanvas) -> Void) -> CameraImage {
        var image = CameraImage()
        image.fill(width: 60, height: 40, scale: 1) { $0.update(repeating: 0) }
        PictureCanvas.draw(on: &image, draw)
        return image
    }

    private func redness(_ image: CameraImage, _ x: Int, _ y: Int) -> Int {
        Int(image.pixels[3 * (y * image.width + x)])
    }

    @Test("a line covers its breadth, with smooth edges, and nothing else")
    func line() {
        let image = picture { $0.line(SIMD2(10, 20), SIMD2(50, 20), breadth: 4, red) }
        #expect(redness(image, 30, 19) == 255 && redness(image, 30, 20) == 255)
        #expect(redness(image, 30, 16) == 0 && redness(image, 30, 24) == 0)
        #expect(redness(image, 4, 20) == 0 && redness(image, 56, 20) == 0)
        #expect(image.pixels[1] == 0)
    }

    @Test("what is outside, or no place at all, is left out")
    func outside() {
        let image = picture { canvas in
            canvas.line(SIMD2(-500, -500), SIMD2(-100, -90), breadth: 9, red)
            canvas.line(SIMD2(.nan, 0), SIMD2(10, 10), breadth: 3, red)
            canvas.line(SIMD2(1e30, 0), SIMD2(.infinity, 10), breadth: 3, red)
            canvas.text("9", above: SIMD2(.nan, 3), size: 1, red, on: red)
        }
        #expect(image.pixels.prefix(3 * 60 * 40).allSatisfy { $0 == 0 })
    }

    @Test("text stays within the picture, in letters of dots on a bar")
    func text() {
        let image = picture { $0.text("L", above: SIMD2(500, -7), size: 2, red, on: .init(0, 0, 9)) }
        let lit = (0..<40).flatMap { y in (0..<60).map { (x: $0, y: y) } }.filter {
            redness(image, $0.x, $0.y) == 255
        }
        // An L has seven dots down and four more along its foot, of four pixels each.
        #expect(lit.count == 11 * 4)
        #expect(lit.allSatisfy { $0.x >= 40 && $0.y < 22 })
    }

    @Test("small letters are written as capitals, and unknown ones as question marks")
    func letters() {
        #expect(PixelFont.rows("a") == PixelFont.rows("A"))
        #expect(PixelFont.rows("ß").count == 7)
        #expect(PixelFont.rows("π") == PixelFont.rows("?"))
        #expect(PixelFont.rows("8").count == PixelFont.height)
    }
}
