/// Tracks the people in front of one camera from image to image: where they are, who they are, and their 16 joints.
///
/// The landmarks carry each person's region to the next frame; the detector runs rarely, to find new and lost people. Several
/// trackers may share a detector and a landmarker on one thread.
package final class CameraTracker {
    /// The most newcomers whose landmarks one frame finds, so that no frame takes long.
    private static let mostNewcomers = 3
    /// The least detector score that may find a lost person.
    private static let searchScore: Float = 0.3
    /// How often a newcomer's landmarks are found again in the region that they themselves give: the detector's regions of
    /// small people are off by half a body.
    private static let refinements = 1

    private let detector: PoseDetector
    private let landmarker: PoseLandmarker
    private let limits: TrackingLimits
    /// In pixels of the frame as sent, so that its reduction may change from frame to frame.
    private var table: TrackTable
    private var schedule = DetectorSchedule()
    private var frame = 0

    /// Whether the last image, by its time or size, made the tracker forget everyone.
    package private(set) var startedOver = false
    /// Whether the last frame was decoded in spite of a little damage; see ``JPEGDecoder``.
    package private(set) var isRepaired = false
    /// The last frame's decoding time, seconds; 0 for an image that came decoded.
    package private(set) var decodingSeconds = 0.0
    /// The detector's time for the last image, seconds; 0 if it did not run.
    package private(set) var detectionSeconds = 0.0
    /// The landmark network's time for the last image, seconds, for all people together.
    package private(set) var landmarkSeconds = 0.0

    package init(
        detector: PoseDetector, landmarker: PoseLandmarker, limits: TrackingLimits = TrackingLimits()
    ) {
        (self.detector, self.landmarker, self.limits) = (detector, landmarker, limits)
        table = TrackTable(limits)
    }

    /// The side of the smallest followed region, pixels of the frame as sent; nil if no person is followed. It limits
    /// the reduction of the next frame: ``JPEGHeader/reduction(smallestRegion:)``.
    package var smallestRegion: Float? {
        table.tracks.lazy.filter { !$0.isLost }.map(\.landmarks.nextRegion.side).min()
    }

    /// Decodes the camera's next frame, reduced as far as its detail allows, and processes it.
    ///
    /// - Parameters:
    ///   - header: the frame's.
    ///   - image: receives the pixels; several cameras may share it.
    /// - Throws: `PerceptionError.frame` for an unusable frame; and as below.
    package func process(
        _ jpeg: Span<UInt8>, header: JPEGHeader, by decoder: JPEGDecoder, into image: inout CameraImage,
        at seconds: Double, effort: TrackingEffort = .full
    ) throws(PerceptionError) -> [TrackedBody] {
        let start = ContinuousClock.now
        isRepaired = try decoder.decode(
            jpeg, header: header, into: &image, reduction: header.reduction(smallestRegion: smallestRegion))
        let taken = start.seconds
        defer { decodingSeconds = taken }
        return try process(image, at: seconds, effort: effort)
    }

    /// Processes the camera's next image.
    ///
    /// If the time does not advance, leaps by more than lost people are expected to return in, or the frame's size changes,
    /// the tracker starts over, and everyone gets a new number.
    ///
    /// - Parameters:
    ///   - seconds: the camera's time.
    ///   - effort: how much work the image may cause.
    /// - Returns: the people found in this image, in the order of their first sighting. A reduced effort does not search for
    ///   everyone in every image.
    /// - Throws: ``PerceptionError`` if a network fails.
    package func process(
        _ image: CameraImage, at seconds: Double, effort: TrackingEffort = .full
    ) throws(PerceptionError) -> [TrackedBody] {
        guard image.width > 0, image.height > 0 else { return [] }
        (decodingSeconds, detectionSeconds, landmarkSeconds) = (0, 0, 0)
        let scale = Float(image.scale)
        startedOver = table.advance(
            to: seconds, imageSize: SIMD2(Float(image.width), Float(image.height)) * scale)
        try follow(in: image, effort: effort)
        table.settle()
        try search(in: image, effort: effort)
        frame &+= 1
        return table.tracks.filter(\.isSeen).map {
            TrackedBody(number: $0.identity.number, landmarks: $0.landmarks, pose: $0.pose)
        }
    }

    /// Finds the landmarks of every followed person who is due.
    private func follow(in image: CameraImage, effort: TrackingEffort) throws(PerceptionError) {
        for index in table.tracks.indices {
            let track = table.tracks[index]
            guard !track.isLost, (frame &+ track.identity.number) % effort.landmarkInterval == 0 else {
                continue
            }
            let found = try look(in: image, region: track.expectedRegion(at: table.now))
            table.see(found.landmarks, found.appearance, track: index)
        }
    }

    /// Lets the detector find other people, if it is due.
    private func search(in image: CameraImage, effort: TrackingEffort) throws(PerceptionError) {
        let part = schedule.next(
            effort: effort, parts: DetectorSchedule.partCount(width: image.width, height: image.height),
            isEmpty: table.isEmpty, isSearching: table.isSearching)
        guard let part, table.hasRoom else { return }
        let isSearching = table.isSearching
        let start = ContinuousClock.now
        let detections = try detector.detect(
            in: image, area: DetectorSchedule.part(part, of: image),
            minimumScore: isSearching ? Self.searchScore : PoseDetector.minimumScore)
        detectionSeconds += start.seconds
        var newcomers = 0
        for detection in detections {
            guard newcomers < Self.mostNewcomers, table.hasRoom else { return }
            var region = detection.region.scaled(by: Float(image.scale))
            guard table.isFree(region) else { continue }
            newcomers += 1
            var found = try look(in: image, region: region)
            for _ in 0..<Self.refinements where found.landmarks.score >= limits.keptScore {
                region = found.landmarks.nextRegion
                found = try look(in: image, region: region)
            }
            table.admit(
                found.landmarks, found.appearance, isSure: detection.score >= PoseDetector.minimumScore)
        }
    }

    /// The landmarks in a region, both in pixels of the frame as sent.
    private func look(
        in image: CameraImage, region: PoseRegion
    ) throws(PerceptionError) -> (landmarks: BodyLandmarks, appearance: Appearance?) {
        let start = ContinuousClock.now
        defer { landmarkSeconds += start.seconds }
        let scale = Float(image.scale)
        let landmarks = try landmarker.landmarks(in: image, region: region.scaled(by: 1 / scale))
        return (landmarks.scaled(by: scale), Appearance(of: landmarks, in: image))
    }
}

extension ContinuousClock.Instant {
    /// Seconds since then.
    fileprivate var seconds: Double {
        let parts = duration(to: .now).components
        return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
    }
}

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
