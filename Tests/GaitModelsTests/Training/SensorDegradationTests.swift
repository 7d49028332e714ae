import Gait
import TestSupport
import Testing

@testable import GaitModels

struct SensorDegradationTests {
    private let walk = TestBody.walk(frames: 120)

    /// The walk's last 75 frames through a source.
    private func seen(_ seed: UInt64 = 1, _ change: (inout SensorDegradation) -> Void = { _ in }) -> Gait {
        var view = SensorDegradation()
        change(&view)
        var buffer = PoseBuffer()
        var generator = SeededGenerator(seed: seed)
        return view(walk, frames: 75, through: &buffer, using: &generator)
    }

    private func error(_ change: (inout SensorDegradation) -> Void) -> Float {
        largestDifference(seen(1, change), walk.slice(start: 45, frames: 75))
    }

    @Test("30 and 60 frames a second show the walk as it is")
    func transparent() {
        #expect(error { _ in } < 1e-4)
        #expect(error { $0.rate = 60 } < 1e-4)
    }

    @Test("fewer frames, noise and losses cost detail, the more the more")
    func losses() {
        let slow = error { $0.rate = 10 }
        #expect(slow > error { $0.rate = 15 })
        #expect(slow < 0.3)
        #expect(error { $0.noise = 0.02 } > error { $0.noise = 0.01 })
        #expect(error { $0.lostFrames = 0.3 } > 1e-3)
        #expect(error { $0.lostJoints = 0.2 } > 1e-3)
        #expect(error { $0.jitter = 0.2 } < 0.05)
    }

    @Test("it gives what the pose buffer gives for the same poses")
    func likeTheBuffer() throws {
        var buffer = PoseBuffer()
        for frame in stride(from: 0, to: 120, by: 2) {
            _ = buffer.append(TestBody.walkingPose(at: Float(frame) / 30), at: Double(frame) / 30)
        }
        let window = try #require(buffer.window())
        #expect(largestDifference(seen { $0.rate = 15 }, window.gait) < 1e-4)
    }

    @Test("the seed decides")
    func seeded() {
        let noisy = seen(1) { $0.noise = 0.02 }
        #expect(noisy == seen(1) { $0.noise = 0.02 })
        #expect(noisy != seen(2) { $0.noise = 0.02 })
    }

    @Test("a source that shows nothing leaves the walk's last frames as they are")
    func blind() {
        #expect(seen { $0.lostFrames = 1 } == walk.slice(start: 45, frames: 75))
        #expect(seen { $0.lostJoints = 1 } == walk.slice(start: 45, frames: 75))
    }
}
