import Foundation
import TestSupport
import Testing

@testable import Gait

@Suite("Body screening")
struct BodyScreeningTests {
    private func pose(_ change: (inout [SIMD3<Float>]) -> Void = { _ in }) -> Pose {
        var joints = TestBody.standing.map { $0 + SIMD3(4, 0, 7) }
        change(&joints)
        var pose = TestBody.pose(joints)
        pose.removeImpossibleJoints()
        return pose
    }

    @Test("joints at the root's place, out of reach or on a bone that is too long are missing")
    func impossible() {
        #expect(pose().present == .all)
        let hand = pose { $0[Joint.rightHand.rawValue] = $0[Joint.root.rawValue] }
        #expect(hand.present == JointSet.all.subtracting(JointSet(.rightHand)))
        for spike in [SIMD3<Float>(20, 0, 0), SIMD3(0, -2, 0), SIMD3(0, 0, 1e6)] {
            #expect(!pose { $0[Joint.rightHand.rawValue] += spike }.present.contains(.rightHand))
        }
        let knee = pose { $0[Joint.leftKnee.rawValue] += SIMD3(0, 0, 0.95) }
        #expect(!knee.present.contains(.leftKnee) && knee.present.contains(.leftHip))
    }

    @Test("if the root is far away it is the root that is missing; a body of another scale is left alone")
    func root() {
        let lost = pose { $0[Joint.root.rawValue] += SIMD3(0, 20, 0) }
        #expect(lost.present == JointSet.all.subtracting(JointSet(.root)))
        let huge = pose { $0 = $0.map { $0 * 100 } }
        #expect(huge.present == .all && !huge.isPlausible)
        #expect(Pose().present.isEmpty)
    }

    @Test("a picture is told from a body, in any unit")
    func pictures() {
        var generator = SeededGenerator(seed: 1)
        func check(_ joints: [SIMD3<Float>], _ units: LengthUnit = .metre) -> Bool {
            var check = PictureCheck()
            for joint in joints { check.add(joint) }
            return check.looksLikeImage(units: units)
        }
        let body = TestBody.standing
        for place in [SIMD3<Float>.zero, SIMD3(0.5, 0, 0.5), SIMD3(-3, 1, 0.3)] {
            #expect(!check(body.map { $0 + place }))
            #expect(!check(body.map { ($0 + place) * 1000 }, .millimetre))
            #expect(!check(body.map { ($0 + place - body[0]) * 100 }, .centimetre))
        }
        // y down, a third of the picture high, with a score for depth.
        let normalized = body.map { joint in
            SIMD3(0.4 + joint.x / 4, 0.9 - joint.y / 3, Float.random(in: 0.4..<1, using: &generator))
        }
        let pixels = normalized.map { SIMD3($0.x * 1280, $0.y * 720, $0.z) }
        for units in LengthUnit.allCases {
            #expect(check(normalized, units) && check(pixels, units))
            #expect(check(pixels.map { SIMD3($0.x, $0.y, 0) }, units))
        }
        #expect(!check(Array(repeating: .zero, count: 16)) && !check([]))
    }

    @Test("a joint that makes a bone too long for the person is removed, noise is not")
    func outlying() throws {
        var generator = SeededGenerator(seed: 2)
        var buffer = PoseBuffer()
        for frame in 0..<75 {
            var joints = TestBody.walkingFrame(at: Float(frame) / 30).map { joint in
                joint + 0.02 * SIMD3(generator.normal(), generator.normal(), generator.normal())
            }
            if frame == 40 { joints[Joint.rightHand.rawValue].x += 0.6 }
            if frame == 50 { joints[Joint.leftKnee.rawValue].z += 0.5 }
            if frame == 60 {
                // As of a source whose root is the hips' midpoint.
                joints[Joint.leftHip.rawValue].z += 0.7
                joints[Joint.root.rawValue].z += 0.35
            }
            #expect(buffer.append(TestBody.pose(joints), at: Double(frame) / 30) == .accepted)
        }
        buffer.removeOutlyingJoints()
        for index in 0..<75 {
            let missing = JointSet.all.subtracting(buffer.pose(index).present)
            let expected: [Int: [Joint]] = [40: [.rightHand], 50: [.leftKnee], 60: [.root, .leftHip]]
            #expect(missing == JointSet((expected[index] ?? []).map(JointSet.init)), "pose \(index)")
        }
        #expect(try #require(buffer.window()).coverage == 1)
    }
}
