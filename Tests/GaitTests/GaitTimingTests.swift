import Testing

@testable import Gait

struct GaitTimingTests {
    private let walk = TestBody.walk(frames: 91)

    /// The largest distance in the feet between two gaits.
    private func footError(_ one: Gait, _ other: Gait) -> Float {
        (0..<one.frames).map {
            distance(one.position(frame: $0, joint: .leftFoot), other.position(frame: $0, joint: .leftFoot))
        }.max() ?? .infinity
    }

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

    @Test("a lower source rate costs detail, the lower the more")
    func sourceRate() {
        let errors = [20, 12, 8, 5].map { footError(walk.atSourceRate($0), walk) }
        #expect(errors[0] > 0)
        #expect(errors[0] < 0.02)
        #expect(errors[3] > errors[0])
        #expect(errors[3] < 0.3)
        #expect(walk.atSourceRate(30) == walk)
        #expect(walk.atSourceRate(.nan) == walk)
    }

    @Test("a lower source rate looks as the pose buffer makes it look", arguments: [Float(15), 7.5])
    func likeTheBuffer(rate: Float) throws {
        var buffer = PoseBuffer()
        for frame in stride(from: 0, through: 90, by: Int(30 / rate)) {
            _ = buffer.append(TestBody.walkingPose(at: Float(frame) / 30), at: Double(frame) / 30)
        }
        let end = Int((try #require(buffer.newestStamp) * 30).rounded())
        let window = try #require(buffer.window())
        let simulated = walk.atSourceRate(rate).slice(start: end - 74, frames: 75)
        // The first and last frames differ where the buffer holds fewer neighbours.
        #expect(
            largestDifference(
                window.gait.slice(start: 8, frames: 60), simulated.slice(start: 8, frames: 60)) < 1e-3)
    }

    @Test("the phase chooses which frames the source saw")
    func phase() {
        let shifted = walk.atSourceRate(10, phase: 1.0 / 3)
        #expect(
            distance(
                shifted.position(frame: 31, joint: .leftFoot), walk.position(frame: 31, joint: .leftFoot))
                < 1e-4)
        #expect(shifted != walk.atSourceRate(10))
    }
}
