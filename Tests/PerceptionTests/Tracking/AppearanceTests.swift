import Testing

@testable import Perception

@Suite("The colors of clothes")
struct AppearanceTests {
    private let body = DrawnBody(place: SIMD2(100, 100), height: 120).landmarks

    private func appearance(_ color: (UInt8, UInt8, UInt8), of body: BodyLandmarks? = nil) -> Appearance? {
        var image = CameraImage()
        image.fill(width: 200, height: 200, scale: 1) { pixels in
            for index in 0..<200 * 200 {
                (pixels[3 * index], pixels[3 * index + 1], pixels[3 * index + 2]) = color
            }
        }
        return Appearance(of: body ?? self.body, in: image)
    }

    @Test("differ more between red and blue than between light and shade")
    func difference() throws {
        let red = try #require(appearance((180, 60, 50)))
        let shaded = try #require(appearance((135, 45, 38)))
        let blue = try #require(appearance((50, 60, 180)))
        #expect(red.difference(from: red) == 0)
        #expect(
            red.difference(from: blue) > 0.8
                && red.difference(from: shaded) < 0.6 * red.difference(from: blue))
        #expect(red.difference(from: blue) <= 1.0001)
    }

    @Test("are not known outside the image")
    func outside() {
        #expect(appearance((1, 2, 3), of: DrawnBody(place: SIMD2(900, 100)).landmarks) == nil)
    }

    @Test("are taken over little by little")
    func approach() throws {
        var red = try #require(appearance((180, 60, 50)))
        let blue = try #require(appearance((50, 60, 180)))
        let first = red.difference(from: blue)
        for _ in 0..<30 { red.approach(blue, by: 0.1) }
        #expect(red.difference(from: blue) < 0.05 * first)
    }
}
