import Testing

@testable import Gait

struct HipAxisFitTests {
    @Test("hips lie along x, left to right, and the torso is 1 long")
    func axes() {
        let gait = ViewNormalization.hipAxis.apply(to: TestBody.walk().rotated(yaw: 1.1))
        for frame in [0, 30, 74] {
            let hips =
                gait.position(frame: frame, joint: .rightHip) - gait.position(frame: frame, joint: .leftHip)
            #expect((hips.x - 0.4).magnitude < 1e-4)
            #expect(hips.z.magnitude < 1e-4)
            #expect((gait.position(frame: frame, joint: .neck).y - 1).magnitude < 1e-4)
        }
    }

    @Test("handedness is kept: the body faces -z")
    func facing() {
        // The knees of the test body are bent 2 cm forward.
        let gait = ViewNormalization.hipAxis.apply(to: TestBody.gait(frames: 3) { _ in TestBody.standing })
        #expect(gait.position(frame: 0, joint: .leftKnee).z < -0.03)
    }

    @Test("a fifth of bad frames moves the others by little")
    func badFrames() {
        let walk = TestBody.walk()
        var spoilt = walk
        var generator = SeededGenerator(seed: 5)
        for frame in stride(from: 0, to: 75, by: 5) {
            for joint in Joint.allCases {
                spoilt.set(
                    SIMD3(generator.normal(), generator.normal(), generator.normal()) * 3, frame: frame,
                    joint: joint)
            }
        }
        let (normalised, expected) = (
            ViewNormalization.hipAxis.apply(to: spoilt), ViewNormalization.hipAxis.apply(to: walk)
        )
        #expect(
            largestDifference(
                normalised.slice(start: 1, frames: 4), expected.slice(start: 1, frames: 4)) < 0.02)
    }

    @Test("hips that coincide leave the shoulders to tell the direction")
    func noHips() {
        var gait = TestBody.walk()
        for frame in 0..<gait.frames {
            let root = gait.position(frame: frame, joint: .root)
            gait.set(root, frame: frame, joint: .leftHip)
            gait.set(root, frame: frame, joint: .rightHip)
        }
        let normalised = ViewNormalization.hipAxis.apply(to: gait.rotated(yaw: 0.7))
        #expect(normalised.position(frame: 10, joint: .rightShoulder).x > 0.35)
        #expect(normalised.position(frame: 10, joint: .rightShoulder).z.magnitude < 1e-4)
    }
}
