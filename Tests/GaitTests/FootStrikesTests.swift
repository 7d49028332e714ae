import Foundation
import Testing

@testable import Gait

struct FootStrikesTests {
    /// A gait whose left and right foot have the given heights, one frame each.
    private func joints(left: [Float], right: [Float]) -> JointPaths {
        var coordinates = [Float](repeating: 0, count: left.count * 48)
        for frame in left.indices {
            coordinates[frame * 48 + 12 * 3 + 1] = left[frame]
            coordinates[frame * 48 + 15 * 3 + 1] = right[frame]
        }
        return JointPaths(Gait(validated: coordinates), origin: .world)
    }

    private func strikes(_ heights: [Float]) -> [Int] {
        FootStrikes.strikes(of: .leftFoot, in: joints(left: heights, right: heights))
    }

    private func rising(_ count: Int) -> [Float] { (0..<count).map(Float.init) }

    @Test("a frame lower than both neighbors is a strike, the first and last frame never")
    func minima() {
        #expect(strikes([0, 1, 0, 1, 2, 1, 3, 0]) == [2, 5])
        #expect(strikes([3, 2, 1, 0]) == [])
        #expect(strikes([1]) == [])
    }

    @Test("of a foot at rest every other frame is a strike")
    func rest() {
        #expect(strikes([1, 1, 1, 1, 1, 1, 1]) == [1, 3, 5])
    }

    @Test("both ends of a flat minimum are strikes, and what lies between not next to one")
    func plateau() {
        #expect(strikes([2, 1, 1, 2]) == [1, 2])
        #expect(strikes([2, 1, 1, 1, 2]) == [1, 3])
        #expect(strikes([2, 1, 1, 1, 1, 2]) == [1, 3, 4])
    }

    @Test("with both feet the stride is the mean of all differences")
    func bothFeet() {
        let joints = joints(left: [2, 1, 2, 1, 2, 2.5, 3, 4], right: [3, 2, 3, 3.5, 4, 3, 4, 5])
        // Left strikes at 1 and 3, right at 1 and 5.
        #expect(FootStrikes.strideFrames(of: joints) == 3)
    }

    @Test("with one foot it is a frame more than the mean, with none the gait's length")
    func oneFootOrNone() {
        let one: [Float] = [2, 1, 2, 1, 2, 3, 4, 5]
        #expect(FootStrikes.strideFrames(of: joints(left: one, right: rising(8))) == 3)
        #expect(FootStrikes.strideFrames(of: joints(left: rising(8), right: one)) == 3)
        #expect(FootStrikes.strideFrames(of: joints(left: rising(8), right: rising(8))) == 8)
    }
}

struct StrideRhythmTests {
    /// A standing body whose feet are lifted in turn and whose arms swing, that turns all the while.
    private func walk(frequency: Float, phase: Float, turning: Float) -> Gait {
        var gait = Gait(
            validated: (0..<75).flatMap { _ in ReferencePose.positions.flatMap { [$0.x, $0.y, $0.z] } })
        for frame in 0..<75 {
            let lift = 0.1 * cos(phase + 2 * .pi * frequency * Float(frame) / 30)
            for (joint, sign) in [(Joint.leftFoot, Float(1)), (.rightFoot, -1)] {
                let place = gait.position(frame: frame, joint: joint)
                gait.set(
                    place + SIMD3(turning * Float(frame) / 75, sign * lift, 0), frame: frame, joint: joint)
            }
        }
        return gait
    }

    @Test(
        "frequency and phase are found whether or not the body drifts", arguments: [0.6, 0.9, 1.2], [0, 0.3])
    func found(frequency: Float, turning: Float) {
        for phase in [Float(-2), 0, 1] {
            let rhythm = StrideRhythm(fitting: walk(frequency: frequency, phase: phase, turning: turning))
            #expect(abs(rhythm.frequency - frequency) < 0.03)
            #expect(cos(rhythm.phase - phase) > 0.97)
        }
    }

    @Test("its channels are the phase's sines and cosines, and begin again with a looped gait")
    func channels() {
        let rhythm = StrideRhythm(frequency: 1, phase: 0.5)
        let channels = rhythm.channels(frames: 20, period: 10)
        #expect(channels.count == StrideRhythm.channelCount)
        #expect(abs(channels[0][3] - sin(0.5 + 2 * .pi * 3 / 30)) < 1e-5)
        #expect(channels.allSatisfy { $0[0..<10] == $0[10..<20] })
    }

    @Test("a gait on the spot is moved so that its lower foot stands")
    func ground() {
        let gait = walk(frequency: 1, phase: 0, turning: 0).steppingOnGround()
        let lowest = (0..<75).map { frame in
            min(
                gait.position(frame: frame, joint: .leftFoot).y,
                gait.position(frame: frame, joint: .rightFoot).y)
        }
        #expect(lowest.allSatisfy { abs($0 - Gait.ankleHeight) < 1e-4 })
        #expect(Gait(validated: Array(gait.coordinates.prefix(48))).steppingOnGround().frames == 1)
    }
}
