/// A rectangle of an image with upright sides, pixels of the image from its left and its top. It may reach beyond the
/// image.
package struct ImageArea: Equatable, Sendable {
    package var x: Float
    package var y: Float
    package var width: Float
    package var height: Float

    package init(x: Float, y: Float, width: Float, height: Float) {
        (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }

    /// All of an image.
    package init(whole image: CameraImage) {
        self.init(x: 0, y: 0, width: Float(image.width), height: Float(image.height))
    }

    /// The smallest upright square with the same middle that has all of it.
    var square: PoseRegion {
        PoseRegion(centre: [x + width / 2, y + height / 2], side: max(width, height))
    }
}
