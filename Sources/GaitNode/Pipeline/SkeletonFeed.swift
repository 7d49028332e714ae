import Gait
import Messaging

/// One source of skeletons: its clock, the people it sees and its counters. Belongs to the pipeline's thread.
final class SkeletonFeed {
    let source: SkeletonSource
    /// The key in `health`, such as `r1/skeletons`.
    let label: String
    var clock = SourceClock()
    /// What makes the time of a frame of its stamp or its arrival.
    var frameTime = FrameTime()
    /// Follows those who come without an id.
    var tracker: PersonTracker
    /// The number of the one person without an id of a source whose bodies have no place.
    var placeless: Int?
    /// The node's numbers of the people of a camera whose frames are looked at, by the camera's own.
    var cameraNumbers: [Int: Int] = [:]
    var figures = SourceMetrics()
    /// Whether a message of this source was ever accepted: what never was gives way to what is valid.
    var wasEverValid = false
    /// The coordinate frame that the newest message named.
    var frameIdentifier: String?
    /// The people in view.
    var people: [PersonIdentity: Person] = [:]

    /// - Parameter personTimeout: Seconds without a pose after which a person has left.
    init(source: SkeletonSource, personTimeout: Double) {
        self.source = source
        tracker = PersonTracker(timeout: personTimeout)
        label = "\(source.robot)/\(source.name)"
    }

    /// Whether the place may be given to another source.
    func isDispensable(at now: Double) -> Bool {
        guard people.isEmpty else { return false }
        return !wasEverValid || now - (figures.lastArrival ?? now) >= PipelineLimits.idleSource
    }
}
