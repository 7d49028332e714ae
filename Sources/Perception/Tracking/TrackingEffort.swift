/// How much work a frame may make: what a node lowers before it falls behind its cameras.
package struct TrackingEffort: Equatable, Sendable {
    /// Every how many frames the detector looks at a part of the image, at least 1; while nobody is followed it looks
    /// at each.
    package let detectorInterval: Int
    /// Every how many frames each person's landmarks are found, at least 1; people take turns. The pose buffer
    /// interpolates between them as between the frames of a slower camera.
    package let landmarkInterval: Int

    /// The efforts from the greatest to the least.
    package static let levels = [
        TrackingEffort(detectorInterval: 3, landmarkInterval: 1),
        TrackingEffort(detectorInterval: 10, landmarkInterval: 1),
        TrackingEffort(detectorInterval: 10, landmarkInterval: 2),
        TrackingEffort(detectorInterval: 20, landmarkInterval: 3),
    ]

    /// Everything at the rate at which it was measured best.
    package static let full = levels[0]
}
