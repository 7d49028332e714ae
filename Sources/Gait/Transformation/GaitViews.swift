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
        transformPositions { position in
            SIMD3(
                cosine * position.x + sine * position.z, position.y, cosine * position.z - sine * position.x)
        }
    }

    /// The walk turned about the vertical; positive angles turn +z toward +x.
    package func rotated(yaw radians: Float) -> Gait {
        var gait = self
        gait.rotate(yaw: radians)
        return gait
    }

    /// Makes the body and its path larger by a factor.
    package mutating func scale(by factor: Float) {
        for index in coordinates.indices { coordinates[index] *= factor }
    }

    /// The walk of a body larger by a factor, the path included.
    package func scaled(by factor: Float) -> Gait {
        var gait = self
        gait.scale(by: factor)
        return gait
    }

    /// Turns the walk about the vertical so that the mean axis from left to right hips and shoulders lies along x. A
    /// gait without such an axis is unchanged.
    package mutating func turnHipsToX() {
        var axis = SIMD3<Float>.zero
        for frame in 0..<frames { axis += leftToRight(frame: frame) }
        guard (axis * axis).sum() > 1e-12 else { return }
        rotate(yaw: atan2(axis.z, axis.x))
    }
}
