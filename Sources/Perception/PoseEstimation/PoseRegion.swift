/// The square of an image in which one person is looked for, turned so that the person stands upright in it.
package struct PoseRegion: Equatable, Sendable {
    /// The middle, pixels of the image, from its left and its top.
    package var centre: SIMD2<Float>
    /// The length of a side, pixels of the image.
    package var side: Float
    /// How far the square is turned, radians, clockwise as seen; 0 for a person who stands upright.
    package var rotation: Float

    package init(centre: SIMD2<Float>, side: Float, rotation: Float = 0) {
        self.centre = centre
        self.side = side
        self.rotation = rotation
    }
}
