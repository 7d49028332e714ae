import Foundation

/// Tracks the people of one source by position, for bodies without ids.
///
/// Every frame's positions are assigned to the people in view by least total cost: how unlikely each observation is,
/// given the person's expected position. Nothing is allocated in the steady state.
package struct PersonTracker: Sendable {
    /// The most people tracked at once; further positions get no person.
    package static let maximumPeople = 256
    /// The number of standard deviations from the expected position beyond which an observation belongs to another
    /// person.
    private static let gate: Float = 4
    /// The furthest from the expected position, meters, however long ago the person was seen.
    private static let furthest: Float = 1.5
    /// The cost of starting a new person: above that of any observation within the gate.
    private static let newcomer: Float = 30

    /// The person of each position of the frame last taken in; nil if there was no place.
    package private(set) var numbers: [Int?] = []

    /// Seconds without a sighting after which a person is forgotten.
    private let timeout: Double
    private var clock = TrackingClock()
    private var tracks: [Track] = []
    private var costs: [Float] = []
    private var assignment = Assignment()

    package init(timeout: Double) {
        self.timeout = timeout
    }

    /// Finds who is at each of a frame's positions.
    ///
    /// - Parameters:
    ///   - positions: over the ground, meters; all of one frame.
    ///   - stamp: the frame's time by the source's clock, whatever that shows.
    ///   - arrival: when it arrived, seconds of a clock that does not jump.
    ///   - nextNumber: gives a new person's number.
    package mutating func follow(
        _ positions: [SIMD2<Float>], stamp: Double, arrival: Double, nextNumber: () -> Int
    ) {
        let now = clock.advance(stamp: stamp, arrival: arrival)
        tracks.removeAll { now - $0.lastSeen > timeout }
        numbers.removeAll(keepingCapacity: true)
        guard !positions.isEmpty else { return }
        fillCosts(positions, at: now)
        let known = tracks.count
        assignment.solve(costs, rows: positions.count, columns: known + positions.count)
        for (row, position) in positions.enumerated() {
            let column = assignment.columns[row]
            if column < known {
                tracks[column].see(position, at: now)
                numbers.append(tracks[column].number)
            } else if tracks.count < Self.maximumPeople {
                let number = nextNumber()
                tracks.append(Track(number: number, at: position, time: now))
                numbers.append(number)
            } else {
                numbers.append(nil)
            }
        }
    }

    /// Forgets a person who has left.
    package mutating func forget(_ number: Int) {
        tracks.removeAll { $0.number == number }
    }

    /// The costs, `[positions, people and newcomers]`: the negative log-likelihood of an observation.
    ///
    /// The logarithm of the variance keeps a person unseen for long, who could be almost anywhere, from taking the
    /// observation of a person who was there a moment ago.
    private mutating func fillCosts(_ positions: [SIMD2<Float>], at now: Double) {
        let columns = tracks.count + positions.count
        costs.removeAll(keepingCapacity: true)
        costs.append(contentsOf: repeatElement(Self.newcomer, count: positions.count * columns))
        for (column, track) in tracks.enumerated() {
            let expected = track.expected(at: now)
            let furthest = min(Self.gate * Self.gate * expected.variance, Self.furthest * Self.furthest)
            let penalty = 2 * log(expected.variance)
            for (row, position) in positions.enumerated() {
                let offset = position - expected.position
                let distance = (offset * offset).sum()
                let isPossible = distance <= furthest && track.canReach(position, at: now)
                costs[row * columns + column] =
                    isPossible ? distance / expected.variance + penalty : Assignment.forbidden
            }
        }
    }
}

/// One person's track: a Kalman filter of constant velocity over the ground, whose two axes share one covariance.
struct Track {
    /// The standard deviation of a sighting, meters.
    private static let sightingDeviation: Float = 0.06
    /// The variance of a new person's velocity, (m/s)²: people walk either way, rarely faster than 2 m/s.
    private static let velocityVariance: Float = 1
    /// How fast the velocity becomes unknown, m²/s³: a stride's own changes of speed, and turning round.
    private static let acceleration: Float = 1

    /// The node's own number for the person.
    let number: Int
    /// The time of the newest sighting, seconds.
    private(set) var lastSeen: Double
    /// The last filtered position, meters.
    private var position: SIMD2<Float>
    /// Meters per second.
    private var velocity = SIMD2<Float>.zero
    private var covariance = Covariance(
        position: sightingDeviation * sightingDeviation, both: 0, velocity: velocityVariance)

    private struct Covariance {
        var position: Float
        var both: Float
        var velocity: Float
    }

    init(number: Int, at position: SIMD2<Float>, time: Double) {
        self.number = number
        self.position = position
        lastSeen = time
    }

    /// Where the person is expected at a time, meters, and the variance of a sighting there, m².
    func expected(at time: Double) -> (position: SIMD2<Float>, variance: Float) {
        let elapsed = Float(max(time - lastSeen, 0))
        let variance = predicted(after: elapsed).position + Self.sightingDeviation * Self.sightingDeviation
        return (position + velocity * elapsed, variance)
    }

    /// Whether the person could have walked from the last observation to a position by a time: 3 m/s, plus the
    /// measurement error and the width of a body.
    func canReach(_ other: SIMD2<Float>, at time: Double) -> Bool {
        let offset = other - position
        let reach = 0.15 + 3 * Float(max(time - lastSeen, 0))
        return (offset * offset).sum() <= reach * reach
    }

    /// Takes in a sighting.
    mutating func see(_ sighting: SIMD2<Float>, at time: Double) {
        let elapsed = Float(max(time - lastSeen, 0))
        lastSeen = max(time, lastSeen)
        let prior = predicted(after: elapsed)
        position += velocity * elapsed
        let total = prior.position + Self.sightingDeviation * Self.sightingDeviation
        let (gain, velocityGain) = (prior.position / total, prior.both / total)
        let error = sighting - position
        position += gain * error
        velocity += velocityGain * error
        covariance = Covariance(
            position: (1 - gain) * prior.position, both: (1 - gain) * prior.both,
            velocity: prior.velocity - velocityGain * prior.both)
    }

    private func predicted(after elapsed: Float) -> Covariance {
        let noise = Self.acceleration * elapsed
        return Covariance(
            position: covariance.position + 2 * elapsed * covariance.both
                + elapsed * elapsed * covariance.velocity + noise * elapsed * elapsed / 3,
            both: covariance.both + elapsed * covariance.velocity + noise * elapsed / 2,
            velocity: covariance.velocity + noise)
    }
}

/// The time in which people move, of a source whose clock need not be right: the sum of the steps between
/// its stamps, or of those between arrivals where a stamp stands still, steps back or runs ahead.
struct TrackingClock {
    /// Seconds by which a step of the stamp may exceed that of the arrival before it is not accepted as time.
    private static let slack = 1.0

    private var now = 0.0
    private var last: (stamp: Double, arrival: Double)?

    /// Takes in a frame.
    ///
    /// - Parameters:
    ///   - stamp: by the source's clock, seconds.
    ///   - arrival: seconds of a clock that does not jump.
    /// - Returns: seconds since the first frame.
    mutating func advance(stamp: Double, arrival: Double) -> Double {
        defer { last = (stamp, arrival) }
        guard let last else { return now }
        let passed = max(arrival - last.arrival, 0)
        let step = stamp - last.stamp
        now += step > 0 && step <= passed + Self.slack ? step : passed
        return now
    }
}
