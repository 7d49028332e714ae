/// Which part of a frame the detector looks at: seldom, since regions are carried on by the landmarks, and more often
/// while nobody is followed or somebody is searched for. One part in a frame, so that no frame takes much longer than
/// others.
struct DetectorSchedule {
    /// Every how many frames somebody who is lost is searched for.
    private static let searchInterval = 2
    /// The most parts; they lie apart in images that are longer.
    private static let mostParts = 5

    private var frame = 0
    private var look = 0

    /// How many squares an image is looked at in, one beside the other along its longer side: as few as let the neighbours
    /// overlap by a third, so that nobody is cut in two in all of them. One where it would be nearly the whole, which is
    /// then looked at.
    static func partCount(width: Int, height: Int) -> Int {
        let (long, short) = (max(width, height), min(width, height))
        guard short > 0, 4 * long > 5 * short else { return 1 }
        // The first covers its side, each other one two thirds of it.
        return min(1 + (3 * (long - short) + 2 * short - 1) / (2 * short), mostParts)
    }

    /// A part of an image, 0 at the left or the top.
    static func part(_ part: Int, of image: CameraImage) -> ImageArea {
        let parts = partCount(width: image.width, height: image.height)
        guard parts > 1 else { return ImageArea(whole: image) }
        let (width, height) = (Float(image.width), Float(image.height))
        let side = min(width, height)
        let place = Float(part) / Float(parts - 1)
        return ImageArea(x: place * (width - side), y: place * (height - side), width: side, height: side)
    }

    /// The part of the next frame that is looked at; nil for none.
    ///
    /// The outer parts, through which people come, take turns with each other twice for once with an inner one.
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
