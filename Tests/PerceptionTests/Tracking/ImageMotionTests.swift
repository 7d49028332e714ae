import Testing

@testable import Perception

@Suite("A person's motion through the image")
struct ImageMotionTests {
    @Test("is known exactly after two sightings of somebody who moves evenly")
    func even() {
        var motion = ImageMotion(at: PoseRegion(center: SIMD2(100, 300), side: 200), seconds: 10)
        motion.see(PoseRegion(center: SIMD2(104, 299), side: 200), at: 10.1)
        #expect(abs(motion.velocity.x - 40) < 0.01 && abs(motion.velocity.y + 10) < 0.01)
        let expected = motion.expected(at: 11.1)
        #expect(abs(expected.x - 144) < 0.01 && abs(expected.y - 289) < 0.01)
        #expect(motion.expected(at: 9) == motion.place)
    }

    @Test("follows a turn within a second, and little of a stride's sway")
    func turn() {
        var motion = ImageMotion(at: PoseRegion(center: .zero, side: 200), seconds: 0)
        var place = SIMD2<Float>.zero
        for frame in 1...60 {
            place.x += frame <= 30 ? 5 : -5
            let sway: Float = frame % 30 < 15 ? 3 : -3
            motion.see(PoseRegion(center: place + SIMD2(0, sway), side: 200), at: Double(frame) / 30)
            if frame == 30 { #expect(abs(motion.velocity.x - 150) < 1) }
        }
        #expect(abs(motion.velocity.x + 150) < 30 && abs(motion.velocity.y) < 30)
    }
}
