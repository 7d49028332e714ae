import Perception

/// How much work the node does per frame, so that it keeps up with its cameras: less before it falls behind, and more
/// again once there is time to spare.
///
/// Measured by the share of time for which the thread is busy: frames that arrived in a burst and were displaced by
/// newer ones say nothing about it.
struct LoadController {
    /// Seconds over which the share is taken.
    static let span = 1.0
    /// The share above which the effort is reduced: the rest absorbs a frame with more people.
    static let high = 0.8
    /// The share under which the effort may be raised.
    static let low = 0.5
    /// The share from which a node at the lowest effort cannot keep up.
    static let full = 0.97
    /// Seconds of a low share after which the effort is raised, doubled each time when that was too early, up to the
    /// longest.
    static let patience = 5.0
    static let longestPatience = 80.0
    /// Seconds without a frame after which a node is idle and starts again at full effort.
    static let idle = 10.0

    /// An index into `TrackingEffort.levels`; 0 is all that can be done.
    private(set) var level = 0
    /// The share of the last span.
    private(set) var share = 0.0

    private var spanStart: Double?
    private var work: [String: Double] = [:]
    /// The robots whose frames took about a robot's mean part of the work in the last span, or more.
    private var heavy: Set<String> = []
    private var calmSince: Double?
    private var raised: Double?
    private var patience = Self.patience

    var effort: TrackingEffort { TrackingEffort.levels[level] }

    /// The effort for a robot's frames: full for those that are not the cause of the load, so that a robot that floods
    /// the node costs no other's people their poses.
    func effort(for robot: String) -> TrackingEffort { heavy.contains(robot) ? effort : .full }

    /// Whether frames are lost at the lowest effort.
    var isOverloaded: Bool { level == TrackingEffort.levels.count - 1 && share >= Self.full }

    /// Notes a frame.
    ///
    /// - Parameters:
    ///   - seconds: What it took.
    ///   - robot: Whose it was.
    ///   - now: Monotonic seconds at its end.
    mutating func note(work seconds: Double, of robot: String, at now: Double) {
        work[robot, default: 0] += seconds
        guard let start = spanStart else {
            spanStart = now - seconds
            return
        }
        let elapsed = now - start
        guard elapsed >= Self.span else { return }
        let total = work.values.reduce(0, +)
        let mean = total / Double(work.count)
        heavy = Set(work.filter { $0.value >= 0.9 * mean }.keys)
        share = min(total / elapsed, 1)
        (spanStart, work) = (now, [:])
        if elapsed >= Self.idle {
            (level, calmSince, raised, patience) = (0, nil, nil, Self.patience)
            return
        }
        decide(at: now)
    }

    private mutating func decide(at now: Double) {
        if share >= Self.high {
            calmSince = nil
            guard level < TrackingEffort.levels.count - 1 else { return }
            level += 1
            // It was raised too early.
            if let raised, now - raised < Self.patience {
                patience = min(2 * patience, Self.longestPatience)
            }
            raised = nil
        } else if share < Self.low {
            let since = calmSince ?? now
            calmSince = since
            guard level > 0, now - since >= patience else { return }
            level -= 1
            (calmSince, raised) = (nil, now)
        } else {
            calmSince = nil
        }
    }
}
