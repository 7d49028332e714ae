import DequeModule
import Gait
import Messaging

/// The windows whose emotions were published in the last two minutes, including those of people who have gone: labels
/// come late.
///
/// The history keeps poses, and makes a window from them again when a label asks for it. All people together have one
/// budget of memory; the oldest poses go first.
struct GaitHistory {
    /// A window that was published, made again.
    struct Found: Equatable {
        let seen: Seen
        let published: PublishedWindow

        /// Nil of a window of pictures.
        var window: GaitWindow? { if case .gait(let window) = seen { window } else { nil } }
    }

    /// What was seen of a person in a window.
    enum Seen: Equatable {
        case gait(GaitWindow)
        /// In pictures, to be lifted as it was when it was published.
        case image(ImageWindow)
    }

    /// Seconds for which a window is kept after its emotion was published.
    static let seconds = 120.0
    /// Seconds by which a stamp may be after the end of its window: the length of a window. A stamp further away shows
    /// something else, or is in another unit.
    static let reach = PoseBuffer.windowSeconds
    /// Bytes of poses and list of windows.
    static let budget = 64 << 20
    /// Entries of the list of windows: 10 MB, at most twice as many while the list grows.
    static let maximumWindows = 1 << 17
    /// Seconds by which a window's oldest pose may have arrived before it was published, and a reserve.
    private static let margin = 5.0

    private struct Entry {
        let tracklet: Int
        /// Monotonic seconds.
        let time: Double
        let window: PublishedWindow
    }

    private struct Tracklet {
        let robot: String
        let person: String
        let isInPicture: Bool
        var windows = 0
        var hasEnded = false
    }

    private var archive: PoseArchive
    private var tracklets: [Int: Tracklet] = [:]
    /// In the order of publication.
    private var entries = Deque<Entry>()
    private let maximumWindows: Int
    private var evictedEntries = 0

    /// - Parameters:
    ///   - budget: Bytes for poses.
    ///   - maximumWindows: Entries of the list of windows.
    init(
        budget: Int = GaitHistory.budget - 2 * GaitHistory.maximumWindows * MemoryLayout<Entry>.stride,
        maximumWindows: Int = GaitHistory.maximumWindows
    ) {
        archive = PoseArchive(budget: budget)
        self.maximumWindows = maximumWindows
    }

    // MARK: - Writing

    /// Begins the tracklet of a person who came into view, or whose source's clock has jumped.
    ///
    /// - Parameters:
    ///   - robot: As in the topics, like `person`.
    ///   - isInPicture: Whether the poses are ``ImagePose``s.
    /// - Returns: The tracklet's number.
    mutating func begin(robot: String, person: String, isInPicture: Bool = false) -> Int {
        let tracklet = archive.begin()
        tracklets[tracklet] = Tracklet(robot: robot, person: person, isInPicture: isInPicture)
        return tracklet
    }

    /// Keeps a pose that the person's buffer accepted.
    ///
    /// - Parameter now: Monotonic seconds.
    mutating func append(_ pose: Pose, at stamp: Double, to tracklet: Int, now: Double) {
        archive.append(pose, at: stamp, to: tracklet, arrival: now)
    }

    /// Notes that a window's emotion was published.
    ///
    /// - Parameters:
    ///   - pose: The window's last pose.
    ///   - now: Monotonic seconds.
    mutating func note(_ window: PublishedWindow, endingWith pose: Pose, of tracklet: Int, now: Double) {
        guard tracklets[tracklet] != nil else { return }
        archive.append(pose, at: window.end, to: tracklet, isNeeded: true, arrival: now)
        if entries.count >= maximumWindows {
            evictedEntries += 1
            dropFirst()
        }
        entries.append(Entry(tracklet: tracklet, time: now, window: window))
        tracklets[tracklet]?.windows += 1
    }

    /// Ends a tracklet: the person has gone, or the clock has jumped. Its windows stay until they expire.
    mutating func end(_ tracklet: Int) {
        tracklets[tracklet]?.hasEnded = true
        forgetIfDone(tracklet)
    }

    /// Drops what is too old; call this a few times a second.
    mutating func expire(at now: Double) {
        while let first = entries.first, now - first.time > Self.seconds { dropFirst() }
        archive.expire(before: now - Self.seconds - Self.margin)
    }

    /// Forgets all that is kept of some people, to begin again if they are in view.
    ///
    /// - Parameter isMeant: Given robot and person, as in the topics.
    mutating func forget(where isMeant: (String, String) -> Bool) {
        let gone = Set(tracklets.filter { isMeant($0.value.robot, $0.value.person) }.keys)
        guard !gone.isEmpty else { return }
        entries.removeAll { gone.contains($0.tracklet) }
        for tracklet in gone {
            tracklets[tracklet] = nil
            archive.forget(tracklet)
        }
    }

    // MARK: - Reading

    /// The newest window of a person that ends at a stamp or up to ``reach`` before it, reconstructed.
    ///
    /// If the source's clock was put back, or the name was given to another person, this searches the newest tracklet
    /// that has such a window. A stamp in other units, or of another time, is no window's.
    ///
    /// - Parameters:
    ///   - robot: As in the topics, like `person`.
    ///   - stamp: In the source's time; nil asks for the newest window.
    func window(robot: String, person: String, at stamp: Double? = nil) -> Found? {
        for entry in entries.reversed() {
            let age = stamp.map { $0 - entry.window.end } ?? 0
            guard (0...Self.reach).contains(age), let tracklet = tracklets[entry.tracklet],
                tracklet.person == person, tracklet.robot == robot,
                let seen = seen(
                    of: entry.tracklet, isInPicture: tracklet.isInPicture, until: entry.window.end)
            else { continue }
            return Found(seen: seen, published: entry.window)
        }
        return nil
    }

    private func seen(of tracklet: Int, isInPicture: Bool, until end: Double) -> Seen? {
        guard isInPicture else { return archive.window(of: tracklet, endingAt: end).map { .gait($0) } }
        return archive.imageWindow(of: tracklet, endingAt: end).map { .image($0) }
    }

    /// Windows that can be made again.
    var windowCount: Int {
        guard archive.evictions > 0 else { return entries.count }
        return entries.count { archive.holdsWindow(of: $0.tracklet, endingAt: $0.window.end) }
    }

    /// Pieces of the history, of up to 64 poses or one window, that went before their time for lack of
    /// memory.
    var evictions: Int { archive.evictions + evictedEntries }

    /// Bytes in use or set aside.
    var bytes: Int { archive.bytes + entries.count * MemoryLayout<Entry>.stride }

    // MARK: - Entries

    private mutating func dropFirst() {
        guard let tracklet = entries.popFirst()?.tracklet else { return }
        tracklets[tracklet]?.windows -= 1
        forgetIfDone(tracklet)
    }

    private mutating func forgetIfDone(_ number: Int) {
        guard let tracklet = tracklets[number], tracklet.hasEnded, tracklet.windows == 0 else { return }
        tracklets[number] = nil
        archive.forget(number)
    }
}

/// A window whose emotion message was published, and what the message said.
struct PublishedWindow: Equatable {
    /// The stamp of the window's last frame, in the source's time.
    let end: Double
    /// `ok`, `uncertain` or `not_walking`.
    let state: EmotionMessage.State
    /// With `ok` the emotion.
    let emotion: Emotion?
    /// The largest smoothed probability; nil with `not_walking`.
    let confidence: Float?
}
