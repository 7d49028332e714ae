import Testing

@testable import Perception

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
