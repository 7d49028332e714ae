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
        for frame in 0..<relative.frames {
            #expect(relative.position(frame: frame, joint: .root) == .zero)
        }
        let difference =
            gait.boneLength(frame: 40, joint: .leftFoot) - relative.boneLength(frame: 40, joint: .leftFoot)
        #expect(difference.magnitude < 1e-5)
    }
}
