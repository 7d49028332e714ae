import Foundation

/// When each person is to be classified: on a grid of one interval, shifted for each person by the
/// golden-ratio sequence, so that any number of people is spread nearly evenly over the interval. Since
/// everyone stays on their own grid, people who were seen first together, or held up together, do not stay
/// due together.
struct DueTimes {
    /// Seconds between two classifications of a person.
    let interval: Double
    private var handedOut = 0

    init(interval: Double) {
        self.interval = interval
    }

    /// The shift of the next new person's grid, in seconds from 0 to below the interval.
    mutating func nextPhase() -> Double {
        let golden = 0.618_033_988_749_894_9
        let phase = (Double(handedOut) * golden).truncatingRemainder(dividingBy: 1) * interval
        handedOut += 1
        return phase
    }

    /// The first time of a person's grid at or after `now` (monotonic seconds).
    func first(after now: Double, phase: Double) -> Double {
        phase + ((now - phase) / interval).rounded(.up) * interval
    }

    /// The time after a classification at `now`: the grid's next, but not sooner than half an interval, so
    /// that a late frame does not make two classifications follow each other closely.
    func next(after now: Double, phase: Double) -> Double {
        first(after: now + interval / 2, phase: phase)
    }
}
