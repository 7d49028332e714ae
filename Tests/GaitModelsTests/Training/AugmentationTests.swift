import Gait
import Testing

@testable import GaitModels

struct AugmentationTests {
    /// Nothing varied; what is known; everything at once, strongly.
    static let strengths: [Augmentation] = {
        var none = Augmentation()
        none.mirror = 0
        var strong = Augmentation.sources
        (strong.mirror, strong.speed, strong.scale, strong.rig) = (1, 0.5, 0.5, 1)
        (strong.offset, strong.noise, strong.loss, strong.source) = (0.1, 0.1, 0.5, 1)
        return [none, Augmentation(), .sources, strong]
    }()

    @Test(
        "a window is whole and finite, of the frames asked for or, of a shorter gait, at most its own",
        arguments: [1, 2, 30, 75, 240], strengths.indices)
    func windows(frames: Int, strength: Int) {
        let augmentation = Self.strengths[strength]
        var generator = SeededGenerator(seed: 3)
        var buffer = PoseBuffer()
        let gait = TestWalk.gait(armSwing: 0.4, frames: frames)
        for _ in 0..<40 {
            let varied = augmentation(gait, window: 75, through: &buffer, using: &generator)
            #expect(varied.coordinates.allSatisfy { $0.isFinite && abs($0) < Pose.limit })
            #expect(varied.coordinates.count == varied.frames * Gait.valuesPerFrame)
            #expect(varied.frames >= 1 && varied.frames <= 75)
            if frames == 240 || augmentation.speed == 0 { #expect(varied.frames == min(frames, 75)) }
        }
    }

    @Test("the same seed varies alike, each call differently", arguments: 1..<strengths.count)
    func seeded(strength: Int) {
        let augmentation = Self.strengths[strength]
        let gait = TestWalk.gait(armSwing: 0.4, frames: 200)
        func windows(_ seed: UInt64) -> [Gait] {
            var generator = SeededGenerator(seed: seed)
            var buffer = PoseBuffer()
            return (0..<6).map { _ in augmentation(gait, window: 75, through: &buffer, using: &generator) }
        }
        #expect(windows(1) == windows(1))
        #expect(windows(1) != windows(2))
        #expect(windows(1)[0] != windows(1)[1])
    }

    @Test("without any strength only the place of the window is drawn")
    func crop() {
        var generator = SeededGenerator(seed: 5)
        var buffer = PoseBuffer()
        let gait = TestWalk.gait(armSwing: 0.4, frames: 90)
        let slices = (0...15).map { gait.slice(start: $0, frames: 75) }
        var starts = Set<Int>()
        for _ in 0..<200 {
            let window = Self.strengths[0](gait, window: 75, through: &buffer, using: &generator)
            guard let start = slices.firstIndex(of: window) else {
                Issue.record("not a slice of the gait")
                return
            }
            starts.insert(start)
        }
        #expect(starts.isSuperset(of: 0...13))
    }
}
