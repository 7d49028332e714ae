import Gait
import Simulation
import Testing

@testable import Datasets

@Suite("Frame rate from steps")
struct FrameRateCheckTests {
    private func poses(_ emotion: Emotion, seed: UInt64, rate: Float = 30, frames: Int = 120) -> [Pose] {
        let walker = Walker(emotion: emotion, seed: seed)
        return (0..<frames).map { walker.pose(at: Double($0) / Double(rate)) }
    }

    @Test("strides per second match the walker's")
    func strides() throws {
        let walker = Walker(emotion: .neutral, seed: 3)
        let ratio = try #require(WalkRatio(poses(.neutral, seed: 3)))
        #expect(abs(ratio.strides - walker.cadence) < 0.06)
    }

    @Test("walkers of all emotions together reveal their rate", arguments: [15, 30, 60, 120] as [Float])
    func rates(rate: Float) {
        let ratios = Emotion.allCases.flatMap { emotion in
            (1...3).compactMap { WalkRatio(poses(emotion, seed: $0, rate: rate, frames: Int(rate * 4))) }
        }
        #expect(ratios.count == 12)
        let check = FrameRateCheck(ratios)
        #expect(check.rate == Double(rate))
        #expect(check.findings.map(\.verdict) == [rate == 30 ? .good : .wrong])
    }

    @Test("standing people and walks under 1.5 s reveal nothing")
    func nothing() {
        #expect(WalkRatio(poses(.happy, seed: 1, frames: 44)) == nil)
        let standing = [Pose](repeating: poses(.happy, seed: 1, frames: 1)[0], count: 100)
        #expect(WalkRatio(standing) == nil)
        #expect(FrameRateCheck([]).findings.map(\.verdict) == [.note])
    }

    @Test("few walks at another rate are a note, not a fault")
    func few() throws {
        let ratio = try #require(WalkRatio(poses(.happy, seed: 1, rate: 60, frames: 240)))
        #expect(FrameRateCheck([ratio]).findings.map(\.verdict) == [.note])
    }
}
