import Foundation

extension BodyLandmarks {
    /// How far annotators disagree about a keypoint, as a share of the body's scale: twice the standard deviations
    /// that COCO's keypoint evaluation states.
    private static let spreads: [(landmark: Int, spread: Float)] = [
        (0, 0.052), (11, 0.158), (12, 0.158), (13, 0.144), (14, 0.144), (15, 0.124), (16, 0.124),
        (23, 0.214), (24, 0.214), (25, 0.174), (26, 0.174), (27, 0.178), (28, 0.178),
    ]

    /// The share of a region's area that a standing body fills, near enough.
    private static let areaShare: Float = 0.12

    /// COCO's object keypoint similarity of two bodies, 0...1: how nearly their nose and limbs coincide in the image.
    ///
    /// - Parameters:
    ///   - other: the other body.
    ///   - offset: by how much the other one has moved since its landmarks were found, pixels.
    func similarity(to other: BodyLandmarks, movedBy offset: SIMD2<Float> = .zero) -> Float {
        let side = (nextRegion.side + other.nextRegion.side) / 2
        let area = max(Self.areaShare * side * side, 1)
        var sum: Float = 0
        for (landmark, spread) in Self.spreads {
            let (one, two) = (positions[landmark], other.positions[landmark])
            let distance = SIMD2(two.x, two.y) + offset - SIMD2(one.x, one.y)
            sum += exp(-(distance * distance).sum() / (2 * area * spread * spread))
        }
        return sum / Float(Self.spreads.count)
    }
}
