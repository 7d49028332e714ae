/// Follows the people before one camera, from image to image: where they are, who they are, and their 16 joints.
///
/// Regions are carried on by the landmarks; the detector is asked seldom, for whoever is new or lost. Several trackers may
/// share one detector and one landmarker if they are used by one thread.
package final class CameraTracker {
    /// The most bodies whose landmarks are found for the first time in one frame, so that no frame takes long.
    private static let mostNewcomers = 3
    /// The detector's score from which somebody may be who was lost.
    private static let searchScore: Float = 0.3
    /// How often the landmarks of somebody new are looked for again in the region that they give themselves: the
    /// detector's regions are off by half a body where people are small.
    private static let refinements = 1

    private let detector: PoseDetector
    private let landmarker: PoseLandmarker
    private let limits: TrackingLimits
    /// In pixels of the frame as sent, so that its reduction may change from frame to frame.
    private var table: TrackTable
    private var schedule = DetectorSchedule()
    private var frame = 0

    /// Whether everybody was forgotten at the last image, because of its time or its size.
    package private(set) var beganAnew = false
    /// What decoding took for the last frame, seconds; 0 for an image that came decoded.
    package private(set) var decodingSeconds = 0.0
    /// What the detector took for the last image, seconds; 0 where it was not asked.
    package private(set) var detectionSeconds = 0.0
    /// What the landmarks took, of everybody together.
    package private(set) var landmarkSeconds = 0.0

    package init(
        detector: PoseDetector, landmarker: PoseLandmarker, limits: TrackingLimits = TrackingLimits()
    ) {
        (self.detector, self.landmarker, self.limits) = (detector, landmarker, limits)
        table = TrackTable(limits)
    }

    /// The side of the smallest region that is followed, pixels of the frame as sent; nil where nobody is. It says how
    /// far the next frame may be reduced: ``JPEGHeader/reduction(smallestRegion:)``.
    package var smallestRegion: Float? {
        table.tracks.lazy.filter { !$0.isLost }.map(\.landmarks.nextRegion.side).min()
    }

    /// Decodes the camera's next frame, reduced as far as serves, and looks at it.
    ///
    /// - Parameters:
    ///   - header: the frame's.
    ///   - image: takes the pixels, so that several cameras may share their memory.
    /// - Throws: `PerceptionError.frame` for one that cannot be used; and as below.
    package func process(
        _ jpeg: Span<UInt8>, header: JPEGHeader, by decoder: JPEGDecoder, into image: inout CameraImage,
        at seconds: Double, effort: TrackingEffort = .full
    ) throws(PerceptionError) -> [TrackedBody] {
        let start = ContinuousClock.now
        try decoder.decode(
            jpeg, header: header, into: &image, reduction: header.reduction(smallestRegion: smallestRegion))
        let taken = start.seconds
        defer { decodingSeconds = taken }
        return try process(image, at: seconds, effort: effort)
    }

    /// Looks at the camera's next image.
    ///
    /// A time that does not go on or leaps by more than people are expected again, or a frame of another size, begins
    /// anew: everybody gets another number.
    ///
    /// - Parameters:
    ///   - seconds: the camera's time.
    ///   - effort: how much is done for it.
    /// - Returns: those who were found in this image, in the order in which they were first seen. Under
    ///   less effort not everybody is looked for in each.
    /// - Throws: ``PerceptionError``, where a network fails.
    package func process(
        _ image: CameraImage, at seconds: Double, effort: TrackingEffort = .full
    ) throws(PerceptionError) -> [TrackedBody] {
        guard image.width > 0, image.height > 0 else { return [] }
        (decodingSeconds, detectionSeconds, landmarkSeconds) = (0, 0, 0)
        let scale = Float(image.scale)
        beganAnew = table.advance(
            to: seconds, imageSize: SIMD2(Float(image.width), Float(image.height)) * scale)
        try follow(in: image, effort: effort)
        table.settle()
        try search(in: image, effort: effort)
        frame &+= 1
        return table.tracks.filter(\.isSeen).map {
            TrackedBody(number: $0.identity.number, landmarks: $0.landmarks, pose: $0.pose)
        }
    }

    /// Looks for everybody who is followed and due.
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

    /// Lets the detector look for others, where it is due.
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

extension PoseRegion {
    /// The region where each pixel becomes so many along a side.
    fileprivate func scaled(by scale: Float) -> PoseRegion {
        PoseRegion(centre: centre * scale, side: side * scale, rotation: rotation)
    }
}

extension BodyLandmarks {
    /// The landmarks where each pixel becomes so many along a side.
    fileprivate func scaled(by scale: Float) -> BodyLandmarks {
        guard scale != 1 else { return self }
        var scaled = self
        for index in positions.indices { scaled.positions[index] *= scale }
        scaled.nextRegion = nextRegion.scaled(by: scale)
        return scaled
    }
}
