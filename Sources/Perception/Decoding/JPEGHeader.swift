/// What a JPEG says of itself before its first scan.
package struct JPEGHeader: Equatable, Sendable {
    /// Pixels from left to right and from top to bottom, as stored: before the image is turned upright.
    package var width: Int
    package var height: Int
    /// 1 for grey, 3 for colours.
    package var components: Int
    package var isProgressive: Bool
    /// How the stored image has to be turned.
    package var orientation: EXIFOrientation

    /// Pixels of the upright image.
    package var uprightWidth: Int { orientation.swapsSides ? height : width }
    package var uprightHeight: Int { orientation.swapsSides ? width : height }

    /// The greatest reduction at which the image still serves.
    ///
    /// Whole images and tiles are looked at in 224 pixels, people in 256. A reduced image has to have twice that along
    /// its shorter side, nearly, so that people who are far away are still found in it; and 256 for whoever is
    /// followed. Halving halves the decoder's work beyond the entropy code at most, so that nothing is lost for it.
    ///
    /// - Parameter smallestRegion: the side of the smallest region that is followed, pixels of the image as sent; nil
    ///   where nobody is.
    /// - Returns: 1, 2, 4 or 8.
    package func reduction(smallestRegion: Float?) -> Int {
        let side = Float(min(width, height))
        let serves = [8, 4, 2].first { reduction in
            let factor = Float(reduction)
            return side >= 480 * factor && (smallestRegion.map { $0 >= 256 * factor } ?? true)
        }
        return serves ?? 1
    }
}
