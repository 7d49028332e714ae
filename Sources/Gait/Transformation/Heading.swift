import Foundation

/// The direction a walker faces over a gait, without the swing of hips and shoulders within each stride.
///
/// A parabola over time, fitted by least squares to the direction from left to right hips and shoulders: a walker in
/// a bend turns steadily, and the rest of the direction belongs to the stride.
package struct Heading: Sendable, Equatable {
    /// By how much each frame has to be turned about the vertical so that hips and shoulders lie along x, radians,
    /// without jumps of a full turn; as ``Gait/rotate(yaw:)`` counts.
    package let angles: [Float]

    package init(_ gait: Gait) {
        var directions: [Float] = []
        for frame in 0..<gait.frames {
            let axis = gait.leftToRight(frame: frame)
            let before = directions.last ?? 0
            let seen = (axis * axis).sum() > 1e-12 ? atan2(axis.z, axis.x) : before
            let jump = frame == 0 ? 0 : ((seen - before) / (2 * .pi)).rounded() * 2 * .pi
            directions.append(seen - jump)
        }
        angles = Self.parabola(through: directions)
    }

    /// How fast the walker turns in each frame, radians a second.
    package var rates: [Float] {
        guard angles.count > 1 else { return [0] }
        return angles.indices.map { frame in
            let later = max(frame, 1)
            return (angles[later] - angles[later - 1]) * Gait.frameRate
        }
    }

    /// The values of the parabola that is nearest to the given ones.
    private static func parabola(through values: [Float]) -> [Float] {
        let middle = Float(values.count - 1) / 2
        let scale = max(middle, 1)
        // The three terms orthogonalised in turn, so that each one's share is a single product.
        var terms: [[Float]] = []
        var fit = [Float](repeating: 0, count: values.count)
        for power in 0..<min(3, values.count) {
            var term = values.indices.map { pow((Float($0) - middle) / scale, Float(power)) }
            for earlier in terms {
                let share = term.dot(earlier) / earlier.dot(earlier)
                for index in term.indices { term[index] -= share * earlier[index] }
            }
            let share = values.dot(term) / term.dot(term)
            for index in fit.indices { fit[index] += share * term[index] }
            terms.append(term)
        }
        return fit
    }
}

extension Gait {
    /// Turns each frame by a separate angle about the vertical through the origin.
    ///
    /// - Parameter angles: one for each frame, radians, as ``rotate(yaw:)`` counts.
    package mutating func turn(by angles: [Float]) {
        for (frame, angle) in angles.prefix(frames).enumerated() {
            let (cosine, sine) = (cos(angle), sin(angle))
            for joint in Joint.allCases {
                set(position(frame: frame, joint: joint).turned(cosine, sine), frame: frame, joint: joint)
            }
        }
    }
}
