import Testing

@testable import Gait

@Suite("JointNormalization")
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
