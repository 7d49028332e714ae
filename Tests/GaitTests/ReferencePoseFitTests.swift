import TestSupport
import Testing

@testable import Gait

struct ReferencePoseFitTests {
    @Test(
        "scale, rotation, translation and positions are those of the reference",
        .enabled(if: SharedData.isThere, "../shared is absent"))
    func reference() throws {
        for recorded in try SharedFixtures.cases() {
            let gait = try recorded.recorded()
            let transform = ViewNormalization.referencePoseTransform(of: gait)
            #expect((transform.scale - recorded.scale).magnitude < 1e-5)
            for row in 0..<3 {
                #expect((transform.translation[row] - recorded.translation[row]).magnitude < 1e-5)
                for column in 0..<3 {
                    let error = transform.rotation[row][column] - recorded.rotation[row][column]
                    #expect(error.magnitude < 1e-5)
                }
            }
            let normalised = ViewNormalization.referencePose.apply(to: gait)
            for joint in Joint.allCases {
                for axis in 0..<3 {
                    let first = normalised.position(frame: 0, joint: joint)[axis]
                    let last = normalised.position(frame: gait.frames - 1, joint: joint)[axis]
                    #expect(
                        (Double(first) - recorded.normalisedFirst[joint.rawValue][axis]).magnitude < 1e-5)
                    #expect((Double(last) - recorded.normalisedLast[joint.rawValue][axis]).magnitude < 1e-5)
                }
            }
        }
    }

    /// The normalised walk, after its first frame was spoilt, against that without its first frame.
    private func errorAfterSpoiling(_ spoil: (Joint, SIMD3<Float>) -> SIMD3<Float>) -> Float {
        let walk = TestBody.walk()
        var spoilt = walk
        for joint in Joint.allCases {
            spoilt.set(spoil(joint, walk.position(frame: 0, joint: joint)), frame: 0, joint: joint)
        }
        let normalised = ViewNormalization.referencePose.apply(to: spoilt).slice(start: 1, frames: 74)
        let expected = ViewNormalization.referencePose.apply(to: walk.slice(start: 1, frames: 74))
        return largestDifference(normalised, expected)
    }

    @Test("a first frame with all joints in one point does not turn the window")
    func collapsedFirstFrame() {
        #expect(errorAfterSpoiling { _, _ in SIMD3(0, 1, 0) } < 1e-4)
    }

    @Test("a first frame with a joint far off does not turn the window")
    func outlier() {
        #expect(errorAfterSpoiling { $0 == .rightFoot ? SIMD3(4, 3, 2) : $1 } < 1e-4)
    }

    @Test("a first frame with left and right exchanged does not turn the window")
    func exchangedSides() {
        #expect(errorAfterSpoiling { _, position in position * SIMD3(-1, 1, 1) } < 1e-4)
    }

    @Test("a body in one point throughout stays as it is")
    func identity() {
        let gait = Gait(validated: Array(repeating: 2, count: 48 * 5))
        #expect(ViewNormalization.referencePoseTransform(of: gait) == .identity)
    }
}
