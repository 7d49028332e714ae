import Messaging

/// One source of skeletons: its clock, the people it sees and its counters. Belongs to the pipeline's thread.
final class SkeletonFeed {
    let source: SkeletonSource
    /// The key in `health`, such as `r1/skeletons`.
    let label: String
    var clock = SourceClock()
    var figures = SourceFigures()
    /// Whether a message of this source was ever accepted: what never was gives way to what is valid.
    var wasEverValid = false
    /// The coordinate frame that the newest message named.
    var frameIdentifier: String?
    /// The people in view by the id that the source gives them.
    var people: [String: Person] = [:]

    init(source: SkeletonSource) {
        self.source = source
        label = "\(source.robot)/\(source.name)"
    }

    /// Whether the place may be given to another source.
    func isDispensable(at now: Double) -> Bool {
        guard people.isEmpty else { return false }
        return !wasEverValid || now - (figures.lastArrival ?? now) >= PipelineLimits.idleSource
    }
}
