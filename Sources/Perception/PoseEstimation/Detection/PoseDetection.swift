/// A person that the detector found in an image.
package struct PoseDetection: Equatable, Sendable {
    /// How sure the network is, 0...1.
    package var score: Float
    /// Where the landmarks are to be looked for.
    package var region: PoseRegion
    /// The person's face, which is what the network was trained to put a box around; pixels of the image.
    package var box: ImageArea

    package init(score: Float, region: PoseRegion, box: ImageArea) {
        (self.score, self.region, self.box) = (score, region, box)
    }
}
