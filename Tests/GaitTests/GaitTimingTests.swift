import Testing

@testable import Gait

struct GaitTimingTests {
    private let walk = TestBody.walk(frames: 91)

    @Test("twice as fast takes half the frames, and shows every second one")
    func faster() {
        let fast = walk.resampled(speed: 2)
        #expect(fast.frames == 46)
        #expect(
            distance(fast.position(frame: 20, joint: .leftFoot), walk.position(frame: 40, joint: .leftFoot))
                < 1e-6)
    }

    @Test("slower has frames between those recorded")
    func slower() {
        let slow = walk.resampled(speed: 0.5)
        #expect(slow.frames == 181)
        let between = (walk.position(frame: 10, joint: .head) + walk.position(frame: 11, joint: .head)) / 2
        #expect(distance(slow.position(frame: 21, joint: .head), between) < 1e-5)
    }

    @Test(
        "a speed of 1 changes nothing, and an absurd one leaves a frame",
        arguments: [Float(1e-9), 1, 1e9, .infinity])
    func extremes(speed: Float) {
        let gait = TestBody.walk(frames: 5).resampled(speed: speed)
        #expect(gait.frames == (speed < 1 ? 41 : speed == 1 ? 5 : 1))
    }
}
