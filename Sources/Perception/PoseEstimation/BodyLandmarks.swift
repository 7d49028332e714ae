/// The 33 landmarks of one person in one image, in BlazePose's order (joints.md's `blazepose33`).
package struct BodyLandmarks: Equatable, Sendable {
    /// How many landmarks a person has.
    package static let count = 33

    /// How sure the network is that there is a person in the region, 0...1.
    package var score: Float
    /// Where each is in the image: pixels from the left and from the top, and the depth in the same scale, smaller
    /// nearer to the camera.
    package var positions: [SIMD3<Float>]
    /// How likely each is seen rather than hidden, 0...1.
    package var visibility: [Float]
    /// Where each is in space, metres from the middle of the hips; x right, y down, z away from the camera.
    package var world: [SIMD3<Float>]
    /// The region in which the same person is to be looked for in the next image.
    package var nextRegion: PoseRegion

    package init(
        score: Float, positions: [SIMD3<Float>], visibility: [Float], world: [SIMD3<Float>],
        nextRegion: PoseRegion
    ) {
        self.score = score
        self.positions = positions
        self.visibility = visibility
        self.world = world
        self.nextRegion = nextRegion
    }
}
