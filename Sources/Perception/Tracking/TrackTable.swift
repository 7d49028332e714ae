import Gait

/// When a tracker follows people before a camera, and for how long.
package struct TrackingLimits: Equatable, Sendable {
    /// The most people followed at once, at least 1.
    package var maximumPeople: Int
    /// The least score of landmarks, 0...1, that makes them a new person.
    package var newScore: Float = 0.7
    /// The least score of landmarks, 0...1, that counts as finding a followed person.
    package var keptScore: Float = 0.5
    /// How many misses in a row lose a track.
    package var misses = 3
    /// The least similarity of two bodies' landmarks, 0...1, that makes them one body.
    package var duplicateSimilarity: Float = 0.6
    /// How long a lost person is expected to reappear, seconds.
    package var lostSeconds = 2.0

    /// - Parameter maximumPeople: at least 1.
    package init(maximumPeople: Int = 6) {
        self.maximumPeople = max(1, maximumPeople)
    }
}

/// The people in front of one camera: a value without networks or pixels that receives what was found where.
///
/// A frame consists of `advance`, then `see` for every track that is due, `settle`, and `admit` for everyone else whom the
/// detector finds.
struct TrackTable {
    /// Two people meet when their regions come this close, as a share of their sides.
    private static let nearDistance: Float = 0.25
    /// They have parted when their regions are this far apart.
    private static let partedDistance: Float = 0.35
    /// A detection this far from all followed people is another person.
    private static let freeDistance: Float = 0.15
    /// A newcomer this similar to a followed person is the same body.
    private static let newcomerSimilarity: Float = 0.3

    private let limits: TrackingLimits
    /// All followed and lost people, oldest first.
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

    var isEmpty: Bool { tracks.allSatisfy(\.isLost) }

    /// Whether a person is lost or was missed in the last search.
    var isSearching: Bool { tracks.contains { $0.isLost || $0.misses > 0 } }

    /// Whether another person can be followed.
    var hasRoom: Bool { tracks.count { !$0.isLost } < limits.maximumPeople }

    /// Begins a frame.
    ///
    /// A time that does not advance, or leaps by more than lost people are expected to return in, forgets everyone. So does
    /// an image of another size.
    ///
    /// - Returns: whether everyone was forgotten.
    @discardableResult
    mutating func advance(to seconds: Double, imageSize: SIMD2<Float>) -> Bool {
        let step = seconds - now
        now = seconds
        // The original size of a reduced frame is only known to within a few pixels.
        let change = (imageSize - self.imageSize) / 8
        let startsOver = !(step > 0 && step <= limits.lostSeconds) || (change * change).max() >= 1
        if startsOver {
            tracks.removeAll(keepingCapacity: true)
            self.imageSize = imageSize
        }
        tracks.removeAll { track in track.loss.map { now - $0.since > limits.lostSeconds } ?? false }
        for index in tracks.indices { tracks[index].beginFrame() }
        let numbers = tracks.map(\.identity.number)
        encounters.removeAll { !numbers.contains($0.one) || !numbers.contains($0.other) }
        return startsOver
    }

    /// Records the result of a search for a followed person's landmarks.
    mutating func see(_ landmarks: BodyLandmarks, _ appearance: Appearance?, track: Int) {
        if landmarks.score >= limits.keptScore {
            tracks[track].see(landmarks, appearance, imageSize: imageSize, at: now)
        } else {
            tracks[track].miss()
            if tracks[track].misses >= limits.misses { lose(track, to: rival(of: track)) }
        }
    }

    /// Draws conclusions from the frame's sightings: who meets, which tracks follow one body, and who is who after people
    /// have parted.
    mutating func settle() {
        beginEncounters()
        mergeDuplicates()
        endEncounters()
        for index in tracks.indices where tracks[index].isSeen && !isMeeting(tracks[index]) {
            tracks[index].remember()
        }
    }

    /// Whether a detection is a person who is not followed. If a followed person is expected there but was missed, the
    /// next frame searches the detection's region for them.
    mutating func isFree(_ region: PoseRegion) -> Bool {
        for index in tracks.indices where !tracks[index].isLost {
            let expected = tracks[index].expectedRegion(at: now)
            guard Self.distance(expected, region) < Self.freeDistance else { continue }
            if tracks[index].misses > 0 { tracks[index].lookAgain(in: region, at: now) }
            return false
        }
        return true
    }

    /// Takes in landmarks where the detector found a person: a lost one, a new one, or none after all.
    ///
    /// - Parameter isSure: whether a new person is possible.
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
        (one.center - other.center).length / max((one.side + other.side) / 2, 1)
    }

    private func index(of number: Int) -> Int? {
        tracks.firstIndex { $0.identity.number == number }
    }
}

// MARK: - People who meet

extension TrackTable {
    /// Two people, by their numbers, who are near each other since a time in seconds.
    struct Encounter: Equatable {
        let one: Int
        let other: Int
        let since: Double

        func isBetween(_ first: Int, _ second: Int) -> Bool {
            (one, other) == (first, second) || (one, other) == (second, first)
        }
    }

    /// How long memories from before a meeting last, seconds; after that the people walk together.
    private static let encounterSeconds = 3.0
    /// How much better an explanation must be to replace another, in shares of a region.
    private static let margin: Float = 0.08
    /// A younger duplicate track is forgotten instead of lost, seconds.
    private static let youngSeconds = 0.7

    private func isMeeting(_ track: BodyTrack) -> Bool {
        let number = track.identity.number
        return encounters.contains {
            ($0.one == number || $0.other == number) && now - $0.since <= Self.encounterSeconds
        }
    }

    /// The number of a person nearby.
    private func rival(of track: Int) -> Int? {
        let number = tracks[track].identity.number
        for encounter in encounters {
            if encounter.one == number { return encounter.other }
            if encounter.other == number { return encounter.one }
        }
        return nil
    }

    private mutating func lose(_ track: Int, to rival: Int?) {
        // A hidden person is remembered from before the meeting, others from their last sighting.
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

    /// If two tracks follow one body, it stays with the person it resembles more, or with the older track if that is
    /// unclear; the other person is lost behind it.
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

    /// When two people have parted, assigns each body to the person it resembles.
    private mutating func endEncounters() {
        for (first, second) in livePairs() where distance(first, second) > Self.partedDistance {
            let (one, other) = (tracks[first].identity.number, tracks[second].identity.number)
            guard let encounter = encounters.firstIndex(where: { $0.isBetween(one, other) }) else { continue }
            if exchangeAdvantage(first, second) > Self.margin { exchangeIdentities(first, second) }
            encounters.remove(at: encounter)
        }
    }

    /// How much better an exchange of two tracks' people explains their bodies.
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

    /// The lost person whom a body resembles most; and, if the body rather belongs to the person who hid them, that
    /// person's track, to exchange identities with.
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

    /// The pairs of followed people, the older of each first.
    private func livePairs() -> [(Int, Int)] {
        let live = tracks.indices.filter { !tracks[$0].isLost }
            .sorted { tracks[$0].identity.firstSeen < tracks[$1].identity.firstSeen }
        return live.indices.flatMap { first in live[(first + 1)...].map { (live[first], $0) } }
    }
}
