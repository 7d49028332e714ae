import Gait
import Simulation
import TestSupport
import Testing

@testable import GaitModels

@Suite("The place of a lifted body")
struct LiftedPositionTests {
    @Test(
        "is found from the rays and the body's size, in the camera's frame",
        arguments: [(Float(0), Float(4)), (12, 3), (-8, 7), (25, 2.5)])
    func position(tilt: Float, distance: Float) throws {
        let camera = PinholeCamera(position: SIMD3(0.4, 1.1, distance), pitch: -tilt)
        let view = camera.view
        let walker = Walker(
            emotion: .sad, seed: 5, options: Walker.Options(start: SIMD3(-0.5, 0, 0), heading: 0.3))
        var gait: [Float] = []
        var rays: [SIMD2<Float>] = []
        for frame in 0..<Gait.windowFrames {
            let pose = walker.pose(at: Double(frame) / 100)
            for joint in Joint.allCases {
                let offset = pose[joint] - pose[.root]
                gait += [offset.x, offset.y, offset.z]
            }
            rays += ImageWindow.joints.map { joint in
                let point = view.point(pose[joint])
                return SIMD2(point.x, point.y) / point.z
            }
        }
        let seen = ImageWindow(
            rays: rays, confidences: rays.map { _ in 0.7 }, start: 0, end: 74.0 / 30, coverage: 1)
        let lifted = LiftedWindow(gait: Gait(validated: gait), tilt: tilt)
        let found = try #require(lifted.rootPosition(seen: seen))
        let expected = view.point(walker.pose(at: 0.74)[.root])
        #expect((found - expected).length < 0.01, "\(found) instead of \(expected)")

        // An estimate that is wrong by five degrees is mended by the tilt that is known.
        let wrong = LiftedWindow(gait: Gait(validated: gait), tilt: tilt).leveled(tilt - 5)
        let mended = wrong.leveled(tilt)
        let leaning = wrong.gait.position(frame: 0, joint: .head)
        let upright = lifted.gait.position(frame: 0, joint: .head)
        #expect(leaning.z > upright.z + 0.03 && abs(wrong.tilt - tilt + 5) < 1e-4)
        #expect(largestDifference(mended.gait, lifted.gait) < 1e-5 && mended.tilt == tilt)

        let unseen = ImageWindow(
            rays: rays, confidences: rays.map { _ in 0 }, start: 0, end: 74.0 / 30, coverage: 1)
        #expect(lifted.rootPosition(seen: unseen) == nil)
    }
}
