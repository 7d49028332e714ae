import Foundation
import TestSupport
import Testing

@testable import Gait

struct ReferencePoseTests {
    @Test("the positions are those of the shared file", .sharedData)
    func file() throws {
        struct File: Decodable { let pose: [[Float]] }
        let file = try JSONDecoder().decode(File.self, from: Data(contentsOf: SharedFixtures.referencePose))
        #expect(ReferencePose.positions.map { [$0.x, $0.y, $0.z] } == file.pose)
    }

    @Test("the root is the origin and the left side is at negative x")
    func orientation() {
        #expect(ReferencePose.positions[Joint.root.rawValue] == .zero)
        #expect(ReferencePose.positions[Joint.leftHip.rawValue].x < 0)
        #expect(ReferencePose.positions[Joint.head.rawValue].y > 0)
    }
}

struct ReferencePoseFitTests {
    @Test("scale, rotation, translation and positions are those of the reference", .sharedData)
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
                    #expect((Double(first) - recorded.normalisedFirst[joint.rawValue][axis]).magnitude < 1e-5)
                    #expect((Double(last) - recorded.normalisedLast[joint.rawValue][axis]).magnitude < 1e-5)
                }
            }
        }
    }

    /// The normalized walk, after its first frame was spoiled, against that without its first frame.
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

struct JointNormalizationTests {
    private let walk = TestBody.walk()

    @Test("given changes nothing")
    func given() {
        #expect(JointNormalization.given.apply(to: walk) == walk)
    }

    @Test("limbs keeps the limbs, and puts root, neck and spine between hips and shoulders")
    func limbs() {
        let derived = JointNormalization.limbs.apply(to: walk)
        for joint in Joint.allCases where joint.rawValue >= Joint.leftShoulder.rawValue {
            #expect(derived.position(frame: 40, joint: joint) == walk.position(frame: 40, joint: joint))
        }
        let root = derived.position(frame: 40, joint: .root)
        let neck = derived.position(frame: 40, joint: .neck)
        let hips = walk.position(frame: 40, joint: .leftHip) + walk.position(frame: 40, joint: .rightHip)
        #expect(distance(root, hips / 2) < 1e-6)
        #expect(distance(derived.position(frame: 40, joint: .spine), (root + neck) / 2) < 1e-6)
    }

    @Test("where a source puts pelvis, spine, neck and the head's distance makes no difference")
    func conventions() {
        var other = walk
        for frame in 0..<walk.frames {
            let shoulders =
                walk.position(frame: frame, joint: .leftShoulder)
                + walk.position(frame: frame, joint: .rightShoulder)
            let head = walk.position(frame: frame, joint: .head)
            other.set(head + 0.8 * (head - shoulders / 2), frame: frame, joint: .head)
            for joint in [Joint.root, .spine, .neck] {
                other.set(
                    walk.position(frame: frame, joint: joint) + SIMD3(0.01, 0.07, -0.04), frame: frame,
                    joint: joint)
            }
        }
        let derived = JointNormalization.limbs.apply(to: other)
        #expect(largestDifference(derived, JointNormalization.limbs.apply(to: walk)) < 1e-5)
    }

    @Test("a head in the neck stays there, and a body in one point stays finite")
    func degenerate() {
        let point = Gait(validated: Array(repeating: 1, count: 3 * Gait.valuesPerFrame))
        #expect(JointNormalization.limbs.apply(to: point) == point)
    }
}
