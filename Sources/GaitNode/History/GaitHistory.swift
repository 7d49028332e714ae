import Gait

/// The windows whose emotions were published in the last two minutes, also of people who have gone: labels
/// come late. Belongs to the pipeline's thread.
///
/// Not the windows themselves are kept but the poses, from which a window is made again when it is asked
/// for. All people together have one budget of memory; what is oldest goes first.
struct GaitHistory {
    /// A window that was published, made again.
    struct Found: Equatable {
        let window: GaitWindow
        let published: PublishedWindow
    }

    /// Seconds for which a window is kept after its emotion was published.
    static let seconds = 120.0
    /// Bytes of poses and list of windows.
    static let budget = 64 << 20
    /// Entries of the list of windows: 10 MB, with as many again that have gone and not been removed yet.
    static let maximumWindows = 1 << 17
    /// Seconds by which a window's oldest pose may have arrived before it was published, and a reserve.
    private static let margin = 5.0

    private struct Entry {
        let stay: Int
        /// Monotonic seconds.
        let time: Double
        let window: PublishedWindow
    }

    private struct Tracklet {
        let robot: String
        let person: String
        var windows = 0
        var hasEnded = false
    }

    private var archive: PoseArchive
    private var stays: [Int: Tracklet] = [:]
    /// In the order of publication; those before `first` have gone.
    private var entries: [Entry] = []
    private var first = 0
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

    // MARK: - What the pipeline notes

    /// Begins the stay of a person who came into view, or whose source's clock has jumped.
    ///
    /// - Parameters:
    ///   - robot: As in the topics, like `person`.
    /// - Returns: The stay's number.
    mutating func begin(robot: String, person: String) -> Int {
        let stay = archive.begin()
        stays[stay] = Tracklet(robot: robot, person: person)
        return stay
    }

    /// Keeps a pose that the person's buffer accepted.
    ///
    /// - Parameter now: Monotonic seconds.
    mutating func append(_ pose: Pose, at stamp: Double, to stay: Int, now: Double) {
        archive.append(pose, at: stamp, to: stay, arrival: now)
    }

    /// Notes that a window's emotion was published.
    ///
    /// - Parameters:
    ///   - pose: The window's last pose.
    ///   - now: Monotonic seconds.
    mutating func note(_ window: PublishedWindow, endingWith pose: Pose, of stay: Int, now: Double) {
        guard stays[stay] != nil else { return }
        archive.append(pose, at: window.end, to: stay, isNeeded: true, arrival: now)
        if entries.count - first >= maximumWindows {
            evictedEntries += 1
            dropFirst()
        }
        entries.append(Entry(stay: stay, time: now, window: window))
        stays[stay]?.windows += 1
    }

    /// Ends a stay: the person has gone, or the clock has jumped. Its windows stay until they expire.
    mutating func end(_ stay: Int) {
        stays[stay]?.hasEnded = true
        forgetIfDone(stay)
    }

    /// Lets go of what is too old; to be called a few times a second.
    mutating func expire(at now: Double) {
        while first < entries.count, now - entries[first].time > Self.seconds { dropFirst() }
        archive.expire(before: now - Self.seconds - Self.margin)
    }

    /// Forgets all that is kept of some people, to begin anew where they are in view.
    ///
    /// - Parameter isMeant: Given robot and person, as in the topics.
    mutating func forget(where isMeant: (String, String) -> Bool) {
        let gone = Set(stays.filter { isMeant($0.value.robot, $0.value.person) }.keys)
        guard !gone.isEmpty else { return }
        entries.removeFirst(first)
        first = 0
        entries.removeAll { gone.contains($0.stay) }
        for stay in gone {
            stays[stay] = nil
            archive.forget(stay)
        }
    }

    // MARK: - What is asked

    /// The newest window of a person that ends at or before a stamp, made again.
    ///
    /// Of a person whose source's clock was put back, or whose name was given to somebody else, the newest
    /// stay that has such a window is meant.
    ///
    /// - Parameters:
    ///   - robot: As in the topics, like `person`.
    ///   - stamp: In the source's time; nil asks for the newest window.
    func window(robot: String, person: String, endingAtOrBefore stamp: Double? = nil) -> Found? {
        for entry in entries[first...].reversed() {
            guard entry.window.end <= stamp ?? .infinity, let stay = stays[entry.stay],
                stay.person == person, stay.robot == robot,
                let window = archive.window(of: entry.stay, endingAt: entry.window.end)
            else { continue }
            return Found(window: window, published: entry.window)
        }
        return nil
    }

    /// Windows that can be made again.
    var windowCount: Int {
        guard archive.evictions > 0 else { return entries.count - first }
        return entries[first...].count { archive.holdsWindow(of: $0.stay, endingAt: $0.window.end) }
    }

    /// Pieces of the history, of up to 64 poses or one window, that went before their time for want of
    /// memory.
    var evictions: Int { archive.evictions + evictedEntries }

    /// Bytes in use or set aside.
    var bytes: Int { archive.bytes + entries.capacity * MemoryLayout<Entry>.stride }

    // MARK: - Entries

    private mutating func dropFirst() {
        let stay = entries[first].stay
        first += 1
        // Moved together now and then; the storage stays.
        if first > 256, first > entries.count / 2 {
            entries.removeFirst(first)
            first = 0
        }
        stays[stay]?.windows -= 1
        forgetIfDone(stay)
    }

    private mutating func forgetIfDone(_ stay: Int) {
        guard let known = stays[stay], known.hasEnded, known.windows == 0 else { return }
        stays[stay] = nil
        archive.forget(stay)
    }
}
