extension BodyLandmarks {
    /// The visibility of shoulders and hips under which there is no torso.
    private static let leastVisibility: Float = 0.5
    /// The least length of the torso as a share of the region's side; a standing body's is 0.2.
    private static let leastTorso: Float = 0.08

    /// Whether this can be somebody who walks, stands or sits: a torso that is seen and upright within 45 degrees,
    /// with the head above and the feet below. Figures that lie or hang upside down are none, nor is most of what
    /// the network takes for a body in furniture.
    var isUprightBody: Bool {
        guard [11, 12, 23, 24].allSatisfy({ visibility[$0] >= Self.leastVisibility }) else { return false }
        let (shoulders, hips, ankles) = (middle(11, 12), middle(23, 24), middle(27, 28))
        let torso = hips - shoulders
        let length = (torso * torso).sum().squareRoot()
        return torso.y > abs(torso.x) && length >= Self.leastTorso * nextRegion.side
            && positions[0].y < shoulders.y + length / 4 && ankles.y > hips.y
    }

    /// The point of the image midway between two landmarks, pixels.
    private func middle(_ one: Int, _ other: Int) -> SIMD2<Float> {
        let sum = positions[one] + positions[other]
        return SIMD2(sum.x, sum.y) / 2
    }
}
