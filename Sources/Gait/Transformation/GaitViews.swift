import Foundation

/// The same walk by another body or from another side. The changing forms work in place.
extension Gait {
    /// Exchanges left and right: the walk as a mirror shows it, across the plane x = 0.
    package mutating func mirror() {
        swapSides()
        for x in stride(from: 0, to: coordinates.count, by: 3) { coordinates[x] = -coordinates[x] }
    }

    /// Exchanges the names of left and right joints; every position stays in its place.
    package mutating func swapSides() {
        for frame in stride(from: 0, to: coordinates.count, by: Gait.valuesPerFrame) {
            for joint in Joint.allCases where joint.rawValue < joint.mirrored.rawValue {
                let (one, other) = (frame + joint.rawValue * 3, frame + joint.mirrored.rawValue * 3)
                for axis in 0..<3 { coordinates.swapAt(one + axis, other + axis) }
            }
        }
    }

    /// The walk as a mirror shows it, left and right exchanged.
    package func mirrored() -> Gait {
        var gait = self
        gait.mirror()
        return gait
    }

    /// Turns the walk about the vertical through the origin; positive angles turn +z toward +x.
    package mutating func rotate(yaw radians: Float) {
        let (cosine, sine) = (cos(radians), sin(radians))
        transformPositions { $0.turned(cosine, sine) }
    }

    /// The walk turned about the vertical; positive angles turn +z toward +x.
    package func rotated(yaw radians: Float) -> Gait {
        var gait = self
        gait.rotate(yaw: radians)
        return gait
    }

    /// The walk of a body larger by a factor, the path included.
    package func scaled(by factor: Float) -> Gait {
        Gait(validated: coordinates.map { $0 * factor })
    }

    /// Turns the walk about the vertical so that the mean axis from left to right hips and shoulders lies along x. A
    /// gait without such an axis is unchanged.
    package mutating func turnHipsToX() {
        let axis = leftToRight()
        guard axis.dot(axis) > 1e-12 else { return }
        rotate(yaw: atan2(axis.z, axis.x))
    }
}
