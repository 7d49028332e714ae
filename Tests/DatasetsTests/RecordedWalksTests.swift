import Gait
import TestSupport
import Testing

@testable import Datasets

@Suite("Walks of the data sets", .sharedData)
struct RecordedWalksTests {
    /// The windows of a data set, with the recorded action if there is one.
    private func windows(of name: String, noise: Float) throws -> [(action: String?, motion: LegMotion)] {
        var generator = SeededGenerator(seed: 7)
        return try GaitDataset(contentsOf: SharedData.dataset(name)).gaits.flatMap { gait in
            gait.gait.windows().filter { $0.frames >= 60 }.map { window in
                let noisy = window.withNoise(standardDeviation: noise, using: &generator)
                return (gait.attributes["action"], LegMotion(noisy))
            }
        }
    }

    @Test(
        "nearly all recorded walks are walks, and backward ones are backward",
        arguments: ["walk7", "style15", "emotion4", "cmu105", "walks"], [Float(0), 0.02])
    func walks(name: String, noise: Float) throws {
        let detector = WalkDetector()
        var counts: [Locomotion: Int] = [:]
        for (action, motion) in try windows(of: name, noise: noise) {
            let locomotion = detector.locomotion(of: motion)
            counts[locomotion, default: 0] += 1
            if action == "walk-back" {
                #expect(locomotion == .backward)
            } else if action != nil {
                #expect(locomotion != .backward)
            }
        }
        let all = counts.values.reduce(0, +)
        #expect(all > 50 && counts[.mirrored] == nil, "\(counts)")
        // Some of the slowest take one step in a window.
        #expect(counts[.other, default: 0] * 100 <= 4 * all, "\(counts)")
    }
}
