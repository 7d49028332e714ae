/// How much longer the bones of one body are than those of another; 1 leaves them as they are.
package struct BodyProportions: Sendable, Equatable {
    package var torso: Float
    package var head: Float
    package var shoulders: Float
    package var arms: Float
    package var hips: Float
    package var legs: Float

    package init(
        torso: Float = 1, head: Float = 1, shoulders: Float = 1, arms: Float = 1, hips: Float = 1,
        legs: Float = 1
    ) {
        self.torso = torso
        self.head = head
        self.shoulders = shoulders
        self.arms = arms
        self.hips = hips
        self.legs = legs
    }

    /// Factors spread evenly over 1 - spread ... 1 + spread, each drawn by itself.
    package static func random(spread: Float, using generator: inout SeededGenerator) -> BodyProportions {
        let range = 1 - spread.magnitude...1 + spread.magnitude
        return BodyProportions(
            torso: generator.uniform(range), head: generator.uniform(range),
            shoulders: generator.uniform(range), arms: generator.uniform(range),
            hips: generator.uniform(range), legs: generator.uniform(range))
    }

    /// The factor of the bone from the joint to its parent; for the root, of its path.
    package func factor(of joint: Joint) -> Float {
        switch joint {
        case .spine, .neck: torso
        case .head: head
        case .leftShoulder, .rightShoulder: shoulders
        case .leftElbow, .leftHand, .rightElbow, .rightHand: arms
        case .leftHip, .rightHip: hips
        case .root, .leftKnee, .leftFoot, .rightKnee, .rightFoot: legs
        }
    }
}

extension Gait {
    /// Gives the walker other proportions: each bone keeps its direction and changes its length.
    ///
    /// The root's path grows with the legs, its height from y = 0 and the rest from where it began, so that
    /// feet do not slide.
    package mutating func apply(_ proportions: BodyProportions) {
        let start = position(frame: 0, joint: .root) * SIMD3(1, 0, 1)
        for frame in 0..<frames {
            var old = InlineArray<16, SIMD3<Float>>(repeating: .zero)
            var new = old
            for joint in Joint.allCases {
                let index = joint.rawValue
                old[index] = position(frame: frame, joint: joint)
                // A parent comes before its children, so it has its new place already.
                let (from, to) = joint.parent.map { (old[$0.rawValue], new[$0.rawValue]) } ?? (start, start)
                new[index] = to + (old[index] - from) * proportions.factor(of: joint)
                set(new[index], frame: frame, joint: joint)
            }
        }
    }

    /// The walk by a body of other proportions.
    package func applying(_ proportions: BodyProportions) -> Gait {
        var gait = self
        gait.apply(proportions)
        return gait
    }
}
