/// How much work a frame may make: what a node lowers before it falls behind its cameras.
package struct TrackingEffort: Equatable, Sendable {
    /// Every how many frames the detector looks at the whole image; while nobody is followed it looks at each.
    package let detectorInterval: Int
    /// In how many frames it looks at each square tile once; nil for never.
    package let tileInterval: Int?
    /// Every how many frames each person's landmarks are found; people take turns. The pose buffer interpolates
    /// between them as between the frames of a slower camera.
    package let landmarkInterval: Int

    /// The efforts from the greatest to the least.
    package static let levels = [
        TrackingEffort(detectorInterval: 10, tileInterval: 20, landmarkInterval: 1),
        TrackingEffort(detectorInterval: 20, tileInterval: nil, landmarkInterval: 1),
        TrackingEffort(detectorInterval: 20, tileInterval: nil, landmarkInterval: 2),
        TrackingEffort(detectorInterval: 30, tileInterval: nil, landmarkInterval: 3),
    ]

    /// Everything at the rate at which it was measured best.
    package static let full = levels[0]
}
