import Foundation
import Testing

@testable import Gait

@Suite("StrideRhythm")
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
        "frequency and phase are found, whether or not the body drifts", arguments: [0.6, 0.9, 1.2], [0, 0.3])
    func found(frequency: Float, turning: Float) {
        for phase in [Float(-2), 0, 1] {
            let rhythm = StrideRhythm(fitting: walk(frequency: frequency, phase: phase, turning: turning))
            #expect(abs(rhythm.frequency - frequency) < 0.03)
            #expect(cos(rhythm.phase - phase) > 0.97)
        }
    }

    @Test("its channels are the phase's sines and cosines, and begin anew with a looped gait")
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
