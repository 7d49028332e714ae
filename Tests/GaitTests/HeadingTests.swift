import Foundation
import TestSupport
import Testing

@testable import Gait

struct HeadingTests {
    /// A standing body that turns by what a closure says, and twists its hips once a second on top.
    private func turning(_ angle: (Int) -> Float, twist: Float = 0.1, frames: Int = 75) -> Gait {
        var gait = Gait(
            validated: (0..<frames).flatMap { _ in ReferencePose.positions.flatMap { [$0.x, $0.y, $0.z] } })
        gait.turn(by: (0..<frames).map { -angle($0) - twist * sin(2 * .pi * Float($0) / Gait.frameRate) })
        return gait
    }

    @Test("a steady turn, even more than a full one, is followed and a twist in each stride is not")
    func followed() {
        for speed in [Float(0), 0.02, -0.1] {
            let standing = Heading(turning({ _ in 0 }, twist: 0)).angles[0]
            let heading = Heading(turning { speed * Float($0) })
            for frame in [0, 20, 74] {
                #expect(abs(heading.angles[frame] - standing - speed * Float(frame)) < 0.1)
            }
            #expect(heading.rates.allSatisfy { abs($0 - speed * Gait.frameRate) < 0.25 })
        }
    }

    @Test("turned by its heading a walker faces one way, and turned back is who it was")
    func back() {
        let gait = turning({ 0.0005 * Float($0 * $0) }, twist: 0)
        let heading = Heading(gait)
        var straight = gait
        straight.turn(by: heading.angles)
        for frame in 0..<75 {
            let axis = straight.leftToRight(frame: frame)
            #expect(abs(axis.z) < 1e-3 * axis.x)
        }
        straight.turn(by: heading.angles.map { -$0 })
        #expect(zip(straight.coordinates, gait.coordinates).allSatisfy { abs($0 - $1) < 1e-5 })
    }

    @Test("a frame alone, two frames and a body without an axis have a heading too")
    func short() {
        #expect(Heading(turning({ _ in 0.5 }, frames: 1)).rates == [0])
        #expect(Heading(turning({ _ in 0.5 }, frames: 2)).angles.count == 2)
        let point = Gait(validated: [Float](repeating: 0, count: 3 * Gait.valuesPerFrame))
        #expect(Heading(point).angles == [0, 0, 0])
    }
}

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

struct ViewNormalizationTests {
    @Test("none leaves the gait as it is")
    func none() {
        let walk = TestBody.walk()
        #expect(ViewNormalization.none.apply(to: walk) == walk)
    }

    @Test("place, side and size change nothing", arguments: [ViewNormalization.referencePose, .hipAxis])
    func invariance(normalisation: ViewNormalization) {
        let walk = TestBody.walk()
        var seen = walk.rotated(yaw: 2.5).scaled(by: 1.3)
        seen.transformPositions { $0 + SIMD3(4, 0.5, -7) }
        #expect(largestDifference(normalisation.apply(to: walk), normalisation.apply(to: seen)) < 1e-4)
    }

    @Test(
        "the result is finite for every gait",
        arguments: ViewNormalization.allCases,
        [
            Gait(validated: Array(repeating: 0, count: 48)),
            Gait(validated: Array(repeating: 3, count: 75 * 48)),
            Gait(validated: (0..<75 * 48).map { Float($0 % 48 / 3) }),
            Gait(validated: (0..<75 * 48).map { $0.isMultiple(of: 2) ? 1e4 : -1e4 }),
            TestBody.gait(frames: 1) { _ in TestBody.standing },
        ])
    func finite(normalisation: ViewNormalization, gait: Gait) {
        let normalised = normalisation.apply(to: gait)
        #expect(normalised.frames == gait.frames)
        #expect(normalised.coordinates.allSatisfy { $0.isFinite })
    }

    @Test("modes are found by their names in a configuration")
    func names() {
        #expect(ViewNormalization(rawValue: "reference_pose") == .referencePose)
        #expect(ViewNormalization(rawValue: "hip_axis") == .hipAxis)
    }
}

struct GaitViewsTests {
    private let walk = TestBody.walk()

    @Test("a mirror exchanges the sides and turns x around, twice gives the walk back")
    func mirrored() {
        let mirrored = walk.mirrored()
        let left = walk.position(frame: 20, joint: .leftFoot)
        #expect(mirrored.position(frame: 20, joint: .rightFoot) == left * SIMD3(-1, 1, 1))
        #expect(mirrored.position(frame: 20, joint: .head).y == walk.position(frame: 20, joint: .head).y)
        #expect(mirrored.mirrored() == walk)
        #expect(mirrored != walk)
    }

    @Test("exchanged sides leave every position in its place, under the other side's name")
    func swapped() {
        var swapped = walk
        swapped.swapSides()
        for joint in Joint.allCases {
            #expect(
                swapped.position(frame: 7, joint: joint) == walk.position(frame: 7, joint: joint.mirrored))
        }
    }

    @Test("a quarter turn brings +z to +x and keeps heights")
    func rotated() {
        let turned = walk.rotated(yaw: .pi / 2)
        let (before, after) = (
            walk.position(frame: 60, joint: .head), turned.position(frame: 60, joint: .head)
        )
        #expect(distance(after, SIMD3(before.z, before.y, -before.x)) < 1e-5)
        #expect(largestDifference(turned.rotated(yaw: -.pi / 2), walk) < 1e-5)
    }

    @Test("scaling makes body and path larger")
    func scaled() {
        let scaled = walk.scaled(by: 1.5)
        #expect(
            distance(scaled.position(frame: 9, joint: .root), walk.position(frame: 9, joint: .root) * 1.5)
                < 1e-6)
    }
}
