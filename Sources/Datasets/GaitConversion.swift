package import Gait

/// How another source's coordinates become a gait: metres, y up, right-handed, left on the left, 30 frames a second.
package struct GaitConversion: Sendable, Equatable {
    /// Frames a second that a source may have.
    package static let rates: ClosedRange<Float> = 3...300

    package var units = LengthUnit.metre
    package var up = UpAxis.y
    /// Whether the source's frame is left-handed, as in Unity and Unreal: x is negated.
    package var isLeftHanded = false
    /// Whether the source's right joints stand where left ones belong.
    package var swapsSides = false
    /// The source's frames a second, in `rates`.
    package var rate = Gait.frameRate

    package init() {}

    /// The gait of coordinates `[T, 48]` as the source has them. Between frames it is interpolated on lines.
    ///
    /// - Throws: `GaitError` where they are no whole frames of numbers, or somebody is beyond `Pose.limit`.
    package func callAsFunction(_ coordinates: [Float]) throws(GaitError) -> Gait {
        var converted = coordinates
        for start in stride(from: 0, through: coordinates.count - 3, by: 3) {
            let (x, y, z) = (coordinates[start], coordinates[start + 1], coordinates[start + 2])
            let position = up.yUp(SIMD3(isLeftHanded ? -x : x, y, z)) * units.metres
            for axis in 0..<3 { converted[start + axis] = position[axis] }
        }
        var gait = try Gait(coordinates: converted)
        if swapsSides { gait.swapSides() }
        return rate == Gait.frameRate ? gait : gait.resampled(speed: rate / Gait.frameRate)
    }
}
