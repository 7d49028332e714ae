/// The people whom one camera sees: a value without networks or pixels, which is told what was found where.
///
/// A frame is `advance`, then `see` or `miss` for every track that is due, `settle`, and `admit` for whoever the
/// detector found beside them.
struct TrackTable {
    /// The distance of two people's regions, as a share of their sides, within which they meet.
    private static let nearDistance: Float = 0.25
    /// The distance from which they have parted.
    private static let partedDistance: Float = 0.35
    /// The distance from everybody followed from which a detection is somebody else.
    private static let freeDistance: Float = 0.15
    /// The similarity to somebody followed from which a newcomer is no other body.
    private static let newcomerSimilarity: Float = 0.3

    private let limits: TrackingLimits
    /// Everybody who is followed or lost, the oldest first.
    private(set) var tracks: [BodyTrack] = []
    private(set) var encounters: [Encounter] = []
    /// Seconds of the camera's time.
    private(set) var now = 0.0
    private var imageSize = SIMD2<Float>.zero
    private var lastNumber = 0

    init(_ limits: TrackingLimits) {
        self.limits = limits
        tracks.reserveCapacity(2 * limits.maximumPeople)
    }

    /// Whether nobody is followed.
    var isEmpty: Bool { tracks.allSatisfy(\.isLost) }

    /// Whether somebody is lost or was not found when last looked for.
    var isSearching: Bool { tracks.contains { $0.isLost || $0.misses > 0 } }

    /// Whether another person can be followed.
    var hasRoom: Bool { tracks.count { !$0.isLost } < limits.maximumPeople }

    /// Begins a frame.
    ///
    /// A time that does not go on, or leaps further than anybody is expected again, forgets everybody. So do images
    /// of another size.
    ///
    /// - Returns: whether they were forgotten.
    @discardableResult
    mutating func advance(to seconds: Double, imageSize: SIMD2<Float>) -> Bool {
        let step = seconds - now
        now = seconds
        // The size of a frame that was reduced is only known to some pixels.
        let change = (imageSize - self.imageSize) / 8
        let beginsAnew = !(step > 0 && step <= limits.lostSeconds) || (change * change).max() >= 1
        if beginsAnew {
            tracks.removeAll(keepingCapacity: true)
            self.imageSize = imageSize
        }
        tracks.removeAll { track in track.loss.map { now - $0.since > limits.lostSeconds } ?? false }
        for index in tracks.indices { tracks[index].beginFrame() }
        let numbers = tracks.map(\.identity.number)
        encounters.removeAll { !numbers.contains($0.one) || !numbers.contains($0.other) }
        return beginsAnew
    }

    /// The landmarks of a followed person were looked for.
    mutating func see(_ landmarks: BodyLandmarks, _ appearance: Appearance?, track: Int) {
        if landmarks.score >= limits.keptScore {
            tracks[track].see(landmarks, appearance, imageSize: imageSize, at: now)
        } else {
            tracks[track].miss()
            if tracks[track].misses >= limits.misses { lose(track, to: rival(of: track)) }
        }
    }

    /// Draws the conclusions from what was seen of those followed: who meets, whose body was taken for another's,
    /// and who is who after people have parted.
    mutating func settle() {
        beginEncounters()
        mergeDuplicates()
        endEncounters()
        for index in tracks.indices where tracks[index].isSeen && !isMeeting(tracks[index]) {
            tracks[index].remember()
        }
    }

    /// Whether a detection is nobody who is followed. Where somebody is followed there but was not found, the next
    /// frame looks in the detection's region.
    mutating func isFree(_ region: PoseRegion) -> Bool {
        for index in tracks.indices where !tracks[index].isLost {
            let expected = tracks[index].expectedRegion(at: now)
            guard Self.distance(expected, region) < Self.freeDistance else { continue }
            if tracks[index].misses > 0 { tracks[index].lookAgain(in: region, at: now) }
            return false
        }
        return true
    }

    /// Takes in the landmarks of somebody whom the detector found: one who was lost, somebody new, or nobody.
    ///
    /// - Parameter isSure: whether it may be somebody new.
    mutating func admit(_ landmarks: BodyLandmarks, _ appearance: Appearance?, isSure: Bool = true) {
        guard landmarks.score >= limits.keptScore, hasRoom else { return }
        for track in tracks where !track.isLost {
            let similarity = landmarks.similarity(to: track.landmarks, movedBy: track.offset(at: now))
            guard similarity < Self.newcomerSimilarity else { return }
        }
        if let found = lostTrack(like: landmarks, appearance) {
            tracks[found.track].see(landmarks, appearance, imageSize: imageSize, at: now)
            if let other = found.exchange { exchangeIdentities(found.track, other) }
        } else if isSure, landmarks.score >= limits.newScore, landmarks.isUprightBody {
            lastNumber += 1
            tracks.append(
                BodyTrack(number: lastNumber, landmarks, appearance, imageSize: imageSize, at: now))
        }
    }

    private static func distance(_ one: PoseRegion, _ other: PoseRegion) -> Float {
        let offset = one.centre - other.centre
        return (offset * offset).sum().squareRoot() / max((one.side + other.side) / 2, 1)
    }

    private func index(of number: Int) -> Int? {
        tracks.firstIndex { $0.identity.number == number }
    }
}

// MARK: - People who meet

extension TrackTable {
    /// Two people near each other, since a time in seconds, by their numbers.
    struct Encounter: Equatable {
        let one: Int
        let other: Int
        let since: Double

        func isBetween(_ first: Int, _ second: Int) -> Bool {
            (one, other) == (first, second) || (one, other) == (second, first)
        }
    }

    /// How long people are remembered as they were before they met, seconds; later they walk together.
    private static let encounterSeconds = 3.0
    /// By how much one explanation must be better than another to be believed, in shares of a region.
    private static let margin: Float = 0.08
    /// The age under which a track of a body that has one already is forgotten instead of lost, seconds.
    private static let youngSeconds = 0.7

    private func isMeeting(_ track: BodyTrack) -> Bool {
        let number = track.identity.number
        return encounters.contains {
            ($0.one == number || $0.other == number) && now - $0.since <= Self.encounterSeconds
        }
    }

    /// Whom a person is near, by the number.
    private func rival(of track: Int) -> Int? {
        let number = tracks[track].identity.number
        for encounter in encounters {
            if encounter.one == number { return encounter.other }
            if encounter.other == number { return encounter.one }
        }
        return nil
    }

    private mutating func lose(_ track: Int, to rival: Int?) {
        // Whom somebody stands before is remembered from before they met; others as they were last.
        if rival == nil { tracks[track].remember() }
        tracks[track].lose(to: rival, at: now)
    }

    private mutating func beginEncounters() {
        for (first, second) in livePairs() where distance(first, second) < Self.nearDistance {
            let (one, other) = (tracks[first].identity.number, tracks[second].identity.number)
            guard !encounters.contains(where: { $0.isBetween(one, other) }) else { continue }
            encounters.append(Encounter(one: one, other: other, since: now))
        }
    }

    /// Where two tracks follow one body, it stays with whom it resembles more, else with the older one; the other
    /// person is lost behind it.
    private mutating func mergeDuplicates() {
        for (first, second) in livePairs() {
            guard !tracks[first].isLost, !tracks[second].isLost, areOneBody(first, second) else { continue }
            let advantage =
                tracks[second].difference(from: tracks[second], at: now)
                - tracks[first].difference(from: tracks[first], at: now)
            let (winner, loser) = advantage < -Self.margin ? (second, first) : (first, second)
            lose(loser, to: tracks[winner].identity.number)
        }
        tracks.removeAll { track in
            track.isLost && track.loss?.rival != nil && now - track.identity.firstSeen < Self.youngSeconds
        }
    }

    private func areOneBody(_ first: Int, _ second: Int) -> Bool {
        guard tracks[first].isSeen || tracks[second].isSeen else { return false }
        let offset = tracks[second].offset(at: now) - tracks[first].offset(at: now)
        return tracks[first].landmarks.similarity(to: tracks[second].landmarks, movedBy: offset)
            >= limits.duplicateSimilarity
    }

    /// Where two people have parted, each body goes to whom it resembles.
    private mutating func endEncounters() {
        for (first, second) in livePairs() where distance(first, second) > Self.partedDistance {
            let (one, other) = (tracks[first].identity.number, tracks[second].identity.number)
            guard let encounter = encounters.firstIndex(where: { $0.isBetween(one, other) }) else { continue }
            if exchangeAdvantage(first, second) > Self.margin { exchangeIdentities(first, second) }
            encounters.remove(at: encounter)
        }
    }

    /// By how much better two tracks' bodies are explained if their people are exchanged.
    private func exchangeAdvantage(_ first: Int, _ second: Int) -> Float {
        let (one, other) = (tracks[first], tracks[second])
        return one.difference(from: one, at: now) + other.difference(from: other, at: now)
            - one.difference(from: other, at: now) - other.difference(from: one, at: now)
    }

    private mutating func exchangeIdentities(_ first: Int, _ second: Int) {
        let identity = tracks[first].identity
        tracks[first].identity = tracks[second].identity
        tracks[second].identity = identity
    }

    /// The lost person whom a body resembles most, and with whom they change places where the body is rather the
    /// one's who stood before them.
    private func lostTrack(
        like landmarks: BodyLandmarks, _ appearance: Appearance?
    ) -> (track: Int, exchange: Int?)? {
        var best: (difference: Float, track: Int, exchange: Int?)?
        let region = landmarks.nextRegion
        for (index, track) in tracks.enumerated() where track.isLost {
            let memory = track.identity.memory
            var difference = memory.difference(from: region, appearance, at: now)
            var isPossible = memory.canBe(region, appearance, at: now)
            var exchange: Int?
            if let rival = track.loss?.rival.flatMap({ self.index(of: $0) }), !tracks[rival].isLost {
                let other = tracks[rival]
                let kept = difference + other.difference(from: other, at: now)
                let otherHere = other.identity.memory.difference(from: region, appearance, at: now)
                if kept - track.difference(from: other, at: now) - otherHere > Self.margin {
                    isPossible = other.identity.memory.canBe(region, appearance, at: now)
                    (difference, exchange) = (otherHere, rival)
                }
            }
            if isPossible, difference < best?.difference ?? .infinity { best = (difference, index, exchange) }
        }
        return best.map { ($0.track, $0.exchange) }
    }

    private func distance(_ first: Int, _ second: Int) -> Float {
        Self.distance(tracks[first].expectedRegion(at: now), tracks[second].expectedRegion(at: now))
    }

    /// The pairs of people who are followed, the older of each first.
    private func livePairs() -> [(Int, Int)] {
        let live = tracks.indices.filter { !tracks[$0].isLost }
            .sorted { tracks[$0].identity.firstSeen < tracks[$1].identity.firstSeen }
        return live.indices.flatMap { first in live[(first + 1)...].map { (live[first], $0) } }
    }
}
