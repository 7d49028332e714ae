/// What sources do to a walk, and what undoes some of it. The changing forms work in place.
extension Gait {
    /// Adds normally distributed noise to every coordinate.
    ///
    /// - Parameter standardDeviation: metres.
    package mutating func addNoise(standardDeviation: Float, using generator: inout SeededGenerator) {
        for index in coordinates.indices { coordinates[index] += standardDeviation * generator.normal() }
    }

    /// The walk with normally distributed noise on every coordinate.
    ///
    /// - Parameter standardDeviation: metres.
    package func withNoise(standardDeviation: Float, using generator: inout SeededGenerator) -> Gait {
        var gait = self
        gait.addNoise(standardDeviation: standardDeviation, using: &generator)
        return gait
    }

    /// Loses joints for some frames, each joint by itself, and fills the gaps as the pose buffer does: by
    /// lines, and at the ends by holding.
    ///
    /// - Parameters:
    ///   - probability: of a gap's beginning, per joint and frame, 0...1.
    ///   - longestGap: the frames of the longest gap, at least 1; 8 is what the buffer interpolates.
    package mutating func dropJoints(
        probability: Float, longestGap: Int = 8, using generator: inout SeededGenerator
    ) {
        for joint in Joint.allCases {
            var frame = 0
            while frame < frames {
                if generator.uniform(0...1) < probability {
                    let length = Int(generator.uniform(0...1) * Float(max(longestGap, 1))) + 1
                    let end = min(frame + length, frames)
                    fill(joint, frame..<end)
                    // The frame after a gap was seen.
                    frame = end
                }
                frame += 1
            }
        }
    }

    /// The walk with joints lost for some frames and the gaps filled.
    package func withDroppedJoints(
        probability: Float, longestGap: Int = 8, using generator: inout SeededGenerator
    ) -> Gait {
        var gait = self
        gait.dropJoints(probability: probability, longestGap: longestGap, using: &generator)
        return gait
    }

    /// Smooths every joint's path by the binomial filter (1, 2, 1) / 4, once per pass; use it before
    /// differences are taken. The first and last frame stay, and so does a steady movement.
    package mutating func smooth(passes: Int) {
        guard frames > 2 else { return }
        let width = Gait.valuesPerFrame
        for _ in 0..<max(passes, 0) {
            for value in 0..<width {
                var before = coordinates[value]
                for index in stride(from: value + width, to: coordinates.count - width, by: width) {
                    let current = coordinates[index]
                    coordinates[index] = (before + 2 * current + coordinates[index + width]) / 4
                    before = current
                }
            }
        }
    }

    /// The walk with every joint's path smoothed by the binomial filter, once per pass.
    package func smoothed(passes: Int) -> Gait {
        var gait = self
        gait.smooth(passes: passes)
        return gait
    }

    /// Replaces the joint's positions in the frames by the line between those around them.
    private mutating func fill(_ joint: Joint, _ gap: Range<Int>) {
        let before = gap.lowerBound > 0 ? position(frame: gap.lowerBound - 1, joint: joint) : nil
        let after = gap.upperBound < frames ? position(frame: gap.upperBound, joint: joint) : nil
        guard let from = before ?? after, let to = after ?? before else { return }
        for frame in gap {
            let fraction = Float(frame - gap.lowerBound + 1) / Float(gap.count + 1)
            set(from + (to - from) * fraction, frame: frame, joint: joint)
        }
    }
}
