/// Which parts of a frame the detector looks at: seldom, since regions are carried on by the landmarks, and more often
/// while somebody is searched for. At most two parts a frame, so that no frame takes much longer than others.
struct DetectorSchedule {
    /// Every how many frames the whole image is looked at while somebody is lost.
    private static let searchInterval = 3
    /// The most tiles; they lie apart in images that are longer.
    private static let mostTiles = 4

    private var frame = 0

    /// How many tiles an image has: as few as cover it, none where one would be nearly the whole.
    static func tileCount(width: Int, height: Int) -> Int {
        let (long, short) = (max(width, height), min(width, height))
        guard short > 0, 4 * long > 5 * short else { return 0 }
        return min((long + short - 1) / short, mostTiles)
    }

    /// The square of an image that a tile is, 0 at the left or the top; neighbours overlap.
    static func tile(_ tile: Int, of image: CameraImage) -> ImageArea {
        let tiles = tileCount(width: image.width, height: image.height)
        let (width, height) = (Float(image.width), Float(image.height))
        let side = min(width, height)
        let place = tiles > 1 ? Float(tile) / Float(tiles - 1) : 0
        return ImageArea(x: place * (width - side), y: place * (height - side), width: side, height: side)
    }

    /// Whether the whole of the next frame is looked at, and which of its tiles: the first one is at the left or the
    /// top.
    ///
    /// - Parameters:
    ///   - isEmpty: nobody is followed.
    ///   - isSearching: somebody is lost.
    mutating func next(
        effort: TrackingEffort, tiles: Int, isEmpty: Bool, isSearching: Bool
    ) -> (whole: Bool, tile: Int?) {
        defer { frame += 1 }
        let whole =
            isEmpty || frame % effort.detectorInterval == 0
            || isSearching && frame % Self.searchInterval == 0
        guard tiles > 0, let interval = effort.tileInterval else { return (whole, nil) }
        if isEmpty { return (whole, frame % tiles) }
        // Between the looks at the whole.
        let place = frame % interval
        return (whole, (0..<tiles).first { place == (2 * $0 + 1) * interval / (2 * tiles) })
    }
}
