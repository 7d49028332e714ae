/// A pose and its stamp in 112 bytes, for keeping many: one joint as it was, the others beside it in steps
/// of 0.1 mm.
struct QuantizedPose {
    /// Steps per metre.
    private static let resolution: Float = 10_000

    let stamp: Double
    /// The root, or else the first joint that is present, metres; apart, since a vector would be padded.
    private let x: Float
    private let y: Float
    private let z: Float
    /// The joints after the root beside it, in steps.
    private var offsets = InlineArray<45, Int16>(repeating: 0)
    private var present: JointSet

    /// A joint further than 3.2 m from the root is no limb, and is missing in what is kept.
    init(_ pose: Pose, at stamp: Double) {
        self.stamp = stamp
        present = pose.present
        let first = present.rawValue.trailingZeroBitCount
        let base = first < Joint.count ? pose.positions[first] : .zero
        (x, y, z) = (base.x, base.y, base.z)
        for joint in 1..<Joint.count where present.rawValue & 1 << UInt16(joint) != 0 {
            let steps = ((pose.positions[joint] - base) * Self.resolution).rounded(.toNearestOrEven)
            guard abs(steps.x) < 32_767, abs(steps.y) < 32_767, abs(steps.z) < 32_767 else {
                present.remove(JointSet(rawValue: 1 << UInt16(joint)))
                continue
            }
            offsets[joint * 3 - 3] = Int16(steps.x)
            offsets[joint * 3 - 2] = Int16(steps.y)
            offsets[joint * 3 - 1] = Int16(steps.z)
        }
    }

    /// The pose, each joint within 0.1 mm.
    var pose: Pose {
        let base = SIMD3(x, y, z)
        var positions = InlineArray<16, SIMD3<Float>>(repeating: base)
        for joint in 1..<Joint.count {
            let start = joint * 3 - 3
            let steps = SIMD3(Float(offsets[start]), Float(offsets[start + 1]), Float(offsets[start + 2]))
            positions[joint] = base + steps / Self.resolution
        }
        return Pose(positions: positions, present: present)
    }
}
