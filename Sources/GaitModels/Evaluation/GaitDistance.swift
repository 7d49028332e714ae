package import Gait

/// How far two gaits are apart: the root of the mean squared distance of their joints, seen from the walkers' own
/// view with a torso of length 1, where they fit best within half a second either way, so that the moment at which a
/// stride begins is no difference.
package struct GaitDistance: Sendable {
    /// A gait, made ready to be compared: `[T, 48]`.
    package struct Shape: Sendable {
        let coordinates: [Float]

        package init(_ gait: Gait) {
            coordinates = ViewNormalization.hipAxis.apply(to: gait.looped(to: Gait.windowFrames)).coordinates
        }
    }

    /// The largest shift, frames.
    private static let reach = 15

    package init() {}

    /// - Parameter bound: a distance above which the exact one does not matter.
    package func callAsFunction(_ one: Shape, _ other: Shape, below bound: Float = .infinity) -> Float {
        var best = bound
        for shift in stride(from: -Self.reach, through: Self.reach, by: 1) {
            best = min(best, distance(one, other, shift: shift, below: best))
        }
        return best
    }

    private func distance(_ one: Shape, _ other: Shape, shift: Int, below bound: Float) -> Float {
        let overlap = (Gait.windowFrames - abs(shift)) * Gait.valuesPerFrame
        let (from, to) = (max(shift, 0) * Gait.valuesPerFrame, max(-shift, 0) * Gait.valuesPerFrame)
        let joints = Float(overlap / 3)
        let limit = bound * bound * joints
        var sum: Float = 0
        return one.coordinates.withUnsafeBufferPointer { a in
            other.coordinates.withUnsafeBufferPointer { b in
                for frame in stride(from: 0, to: overlap, by: Gait.valuesPerFrame) {
                    for index in frame..<frame + Gait.valuesPerFrame {
                        let difference = a[from + index] - b[to + index]
                        sum += difference * difference
                    }
                    // What is larger already cannot be the nearest.
                    if sum > limit { return bound }
                }
                return (sum / joints).squareRoot()
            }
        }
    }
}
