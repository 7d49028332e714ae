/// How much work a frame may cause; a node lowers it before it falls behind its cameras.
package struct TrackingEffort: Equatable, Sendable {
    /// The detector examines a part of every nth frame, at least 1; while no person is followed it examines every
    /// frame.
    package let detectorInterval: Int
    /// Each person's landmarks are found in every nth frame, at least 1; people take turns. The pose buffer interpolates
    /// between them as between the frames of a slower camera.
    package let landmarkInterval: Int

    /// The efforts, greatest first.
    package static let levels = [
        TrackingEffort(detectorInterval: 3, landmarkInterval: 1),
        TrackingEffort(detectorInterval: 10, landmarkInterval: 1),
        TrackingEffort(detectorInterval: 10, landmarkInterval: 2),
        TrackingEffort(detectorInterval: 20, landmarkInterval: 3),
    ]

    /// Every part at its best measured rate.
    package static let full = levels[0]
}

/// Decides which part of a frame the detector examines. The landmarks carry regions from frame to frame, so it rarely
/// runs, and more often while no person is followed or a lost person is searched for. It examines at most one part
/// per frame, so that no frame takes much longer than others.
struct DetectorSchedule {
    /// A search for a lost person examines every nth frame.
    private static let searchInterval = 2
    /// The most parts; in longer images there are gaps between them.
    private static let mostParts = 5

    private var frame = 0
    private var look = 0

    /// How many squares cover an image along its longer side: as few as let neighbors overlap by a third, so that at least
    /// one shows a person whole. An image that is nearly square has one part, the whole image.
    static func partCount(width: Int, height: Int) -> Int {
        let (long, short) = (max(width, height), min(width, height))
        guard short > 0, 4 * long > 5 * short else { return 1 }
        // The first covers its side; each further one adds two thirds of it.
        return min(1 + (3 * (long - short) + 2 * short - 1) / (2 * short), mostParts)
    }

    /// A part of an image; part 0 is at the left or the top.
    static func part(_ part: Int, of image: CameraImage) -> ImageArea {
        let parts = partCount(width: image.width, height: image.height)
        guard parts > 1 else { return ImageArea(whole: image) }
        let (width, height) = (Float(image.width), Float(image.height))
        let side = min(width, height)
        let place = Float(part) / Float(parts - 1)
        return ImageArea(x: place * (width - side), y: place * (height - side), width: side, height: side)
    }

    /// The part of the next frame to examine; nil for none.
    ///
    /// People enter through the outer parts, so each of those gets two turns for every turn of an inner one.
    mutating func next(effort: TrackingEffort, parts: Int, isEmpty: Bool, isSearching: Bool) -> Int? {
        defer { frame &+= 1 }
        let interval = isEmpty ? 1 : min(effort.detectorInterval, isSearching ? Self.searchInterval : .max)
        guard frame % interval == 0 else { return nil }
        defer { look &+= 1 }
        guard parts > 2 else { return look % parts }
        let (round, turn) = look.quotientAndRemainder(dividingBy: 5)
        return turn < 4 ? (turn % 2) * (parts - 1) : 1 + round % (parts - 2)
    }
}
