import TestSupport
import Testing

@testable import Gait

struct GaitTests {
    @Test("no frames, and half a frame, are refused with their number")
    func wrongLength() {
        #expect(throws: GaitError.empty) { try Gait(coordinates: []) }
        #expect(throws: GaitError.incompleteFrame(values: 49)) {
            try Gait(coordinates: Array(repeating: 0, count: 49))
        }
    }

    @Test("a bad coordinate is refused with its frame and joint")
    func badCoordinate() {
        var coordinates = [Float](repeating: 0, count: 3 * 48)
        coordinates[2 * 48 + 4 * 3 + 1] = .nan
        #expect(throws: GaitError.notFinite(frame: 2, joint: .leftShoulder)) {
            try Gait(coordinates: coordinates)
        }
        coordinates[2 * 48 + 4 * 3 + 1] = -1e5
        #expect(throws: GaitError.outOfRange(frame: 2, joint: .leftShoulder, value: -1e5)) {
            try Gait(coordinates: coordinates)
        }
    }

    @Test("a position is the joint's triple of the frame's row")
    func position() throws {
        let gait = try Gait(coordinates: (0..<96).map(Float.init))
        #expect(gait.frames == 2)
        #expect(gait.position(frame: 1, joint: .spine) == SIMD3(51, 52, 53))
    }

    @Test("a short gait is looped from its beginning, a long one cut")
    func looping() {
        let gait = TestBody.walk(frames: 31)
        let looped = gait.looped(to: 75)
        #expect(looped.frames == 75)
        #expect(looped.slice(start: 31, frames: 31) == gait)
        #expect(looped.slice(start: 62, frames: 13) == gait.slice(start: 0, frames: 13))
        #expect(gait.looped(to: 10) == gait.slice(start: 0, frames: 10))
    }

    @Test("windows do not overlap, the remainder is dropped, and a short gait stays as it was recorded")
    func windows() {
        let long = TestBody.walk(frames: 160)
        #expect(long.windows() == [long.slice(start: 0, frames: 75), long.slice(start: 75, frames: 75)])
        let short = TestBody.walk(frames: 31)
        #expect(short.windows() == [short])
        let exact = TestBody.walk(frames: 75)
        #expect(exact.windows() == [exact])
    }

    @Test("a slice that reaches outside the gait is cut to it")
    func slicing() {
        let gait = TestBody.walk(frames: 10)
        #expect(gait.slice(start: 8, frames: 5).frames == 2)
        #expect(gait.slice(start: 20, frames: 5).frames == 1)
        #expect(gait.slice(start: -3, frames: 3).frames == 1)
    }

    @Test("root-relative, the root stays at the origin and bones are kept")
    func rootRelative() {
        let gait = TestBody.walk()
        let relative = gait.rootRelative()
        for frame in 0..<relative.frames { #expect(relative.position(frame: frame, joint: .root) == .zero) }
        let difference =
            gait.boneLength(frame: 40, joint: .leftFoot) - relative.boneLength(frame: 40, joint: .leftFoot)
        #expect(difference.magnitude < 1e-5)
    }
}

struct GaitErrorTests {
    @Test("an error names what is wrong and where")
    func descriptions() {
        #expect(GaitError.incompleteFrame(values: 49).description.contains("49 values"))
        let error = GaitError.outOfRange(frame: 7, joint: .head, value: 2e4)
        #expect(error.description.contains("head of frame 7"))
        #expect(error.description.contains("20000"))
        #expect("\(GaitError.notFinite(frame: 3, joint: .root))".contains("root of frame 3"))
        #expect(GaitError.empty.description.contains("no frames"))
    }
}

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
        "speed 1 changes nothing, an absurd one leaves a frame",
        arguments: [Float(1e-9), 1, 1e9, .infinity])
    func extremes(speed: Float) {
        let gait = TestBody.walk(frames: 5).resampled(speed: speed)
        #expect(gait.frames == (speed < 1 ? 41 : speed == 1 ? 5 : 1))
    }
}

struct EmotionTests {
    @Test("each emotion lies in its quadrant of the circumplex")
    func quadrants() {
        #expect(Emotion.happy.valence > 0 && Emotion.happy.arousal > 0)
        #expect(Emotion.angry.valence < 0 && Emotion.angry.arousal > 0)
        #expect(Emotion.sad.valence < 0 && Emotion.sad.arousal < 0)
        #expect(Emotion.neutral.valence == 0 && Emotion.neutral.arousal == 0)
        #expect(Emotion.allCases.map(\.rawValue) == ["angry", "happy", "neutral", "sad"])
    }
}
