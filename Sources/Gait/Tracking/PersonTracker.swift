import Foundation

/// Tracks the people of one source by position, for bodies without ids: over the ground, or in a picture.
///
/// In a picture, positions are rays, and each person's height there says what a meter is: all lengths scale with it.
/// Heights that differ also tell people apart.
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
    /// The standard deviation of a height in a picture, as a logarithm, and the furthest from the person's own.
    private static let heightDeviation: Float = 0.2
    private static let furthestHeight: Float = 0.9

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
    ///   - positions: over the ground, meters, or rays in a picture; all of one frame.
    ///   - heights: in a picture, each body's height there, above 0, in tangents as the rays are; empty over the ground.
    ///   - stamp: the frame's time by the source's clock, whatever that shows.
    ///   - arrival: when it arrived, seconds of a clock that does not jump.
    ///   - nextNumber: gives a new person's number.
    package mutating func follow(
        _ positions: [SIMD2<Float>], heights: [Float] = [], stamp: Double, arrival: Double,
        nextNumber: () -> Int
    ) {
        precondition(heights.isEmpty || heights.count == positions.count)
        let now = clock.advance(stamp: stamp, arrival: arrival)
        tracks.removeAll { now - $0.lastSeen > timeout }
        numbers.removeAll(keepingCapacity: true)
        guard !positions.isEmpty else { return }
        fillCosts(positions, heights, at: now)
        let known = tracks.count
        assignment.solve(costs, rows: positions.count, columns: known + positions.count)
        for (row, position) in positions.enumerated() {
            let column = assignment.columns[row]
            if column < known {
                tracks[column].see(position, height: heights.isEmpty ? nil : heights[row], at: now)
                numbers.append(tracks[column].number)
            } else if tracks.count < Self.maximumPeople {
                let number = nextNumber()
                tracks.append(
                    Track(
                        number: number, at: position, height: heights.isEmpty ? nil : heights[row],
                        time: now))
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
    private mutating func fillCosts(_ positions: [SIMD2<Float>], _ heights: [Float], at now: Double) {
        let columns = tracks.count + positions.count
        costs.removeAll(keepingCapacity: true)
        costs.append(contentsOf: repeatElement(Self.newcomer, count: positions.count * columns))
        for (column, track) in tracks.enumerated() {
            let expected = track.expected(at: now)
            let furthest = min(Self.gate * Self.gate * expected.variance, Self.furthest * Self.furthest)
            let penalty = 2 * log(expected.variance)
            for (row, position) in positions.enumerated() {
                let offset = (position - expected.position) / track.meter
                let distance = (offset * offset).sum()
                let growth = heights.isEmpty ? 0 : log(heights[row] / track.height)
                let isPossible =
                    distance <= furthest && abs(growth) <= Self.furthestHeight
                    && track.canReach(position, at: now)
                let surprise = growth / Self.heightDeviation
                costs[row * columns + column] =
                    isPossible
                    ? distance / expected.variance + surprise * surprise + penalty : Assignment.forbidden
            }
        }
    }
}

/// One person's track: a Kalman filter of constant velocity over the ground or in a picture, whose two axes share one
/// covariance.
struct Track {
    /// The standard deviation of a sighting, meters.
    private static let sightingDeviation: Float = 0.06
    /// The variance of a new person's velocity, (m/s)²: people walk either way, rarely faster than 2 m/s.
    private static let velocityVariance: Float = 1
    /// How fast the velocity becomes unknown, m²/s³: a stride's own changes of speed, and turning round.
    private static let acceleration: Float = 1
    /// What a meter of a body's height is in a picture.
    private static let typicalHeight: Float = 1.7
    /// How fast a camera turns, tangents a second: a robot's turns people in its picture as far.
    private static let turning: Float = 1
    /// How fast its turning changes, tangents²/s³.
    private static let turningNoise: Float = 0.25
    /// The weight of the newest height.
    private static let heightWeight: Float = 0.2

    /// The node's own number for the person.
    let number: Int
    /// The time of the newest sighting, seconds.
    private(set) var lastSeen: Double
    /// The last filtered position, meters or tangents.
    private var position: SIMD2<Float>
    /// Meters or tangents per second.
    private var velocity = SIMD2<Float>.zero
    /// In meters at the person's distance.
    private var covariance = Covariance(
        position: sightingDeviation * sightingDeviation, both: 0, velocity: velocityVariance)
    private let isInPicture: Bool
    /// What a meter at the person's distance is in the unit of positions; 1 over the ground.
    private(set) var meter: Float = 1

    private struct Covariance {
        var position: Float
        var both: Float
        var velocity: Float
    }

    /// - Parameter height: the body's in a picture, tangents; nil over the ground.
    init(number: Int, at position: SIMD2<Float>, height: Float? = nil, time: Double) {
        self.number = number
        self.position = position
        lastSeen = time
        isInPicture = height != nil
        guard let height else { return }
        meter = height / Self.typicalHeight
        covariance.velocity += Self.turningNoise / (meter * meter)
    }

    /// The body's height in the picture, tangents.
    var height: Float { meter * Self.typicalHeight }

    /// Where the person is expected at a time, and the variance of a sighting there, m² at the person's distance.
    func expected(at time: Double) -> (position: SIMD2<Float>, variance: Float) {
        let elapsed = Float(max(time - lastSeen, 0))
        let variance = predicted(after: elapsed).position + Self.sightingDeviation * Self.sightingDeviation
        return (position + velocity * elapsed, variance)
    }

    /// Whether the person could have walked from the last observation to a position by a time: 3 m/s, plus the
    /// measurement error and the width of a body. In a picture, a camera that turns adds to it.
    func canReach(_ other: SIMD2<Float>, at time: Double) -> Bool {
        let offset = other - position
        let elapsed = Float(max(time - lastSeen, 0))
        let reach = (0.15 + 3 * elapsed) * meter + (isInPicture ? Self.turning * elapsed : 0)
        return (offset * offset).sum() <= reach * reach
    }

    /// Takes in a sighting.
    mutating func see(_ sighting: SIMD2<Float>, height: Float? = nil, at time: Double) {
        let elapsed = Float(max(time - lastSeen, 0))
        lastSeen = max(time, lastSeen)
        let prior = predicted(after: elapsed)
        position += velocity * elapsed
        let total = prior.position + Self.sightingDeviation * Self.sightingDeviation
        let (gain, velocityGain) = (prior.position / total, prior.both / total)
        let error = sighting - position
        position += gain * error
        velocity += velocityGain * error
        if let height { meter += Self.heightWeight * (height / Self.typicalHeight - meter) }
        covariance = Covariance(
            position: (1 - gain) * prior.position, both: (1 - gain) * prior.both,
            velocity: prior.velocity - velocityGain * prior.both)
    }

    private func predicted(after elapsed: Float) -> Covariance {
        let turning = isInPicture ? Self.turningNoise / (meter * meter) : 0
        let noise = (Self.acceleration + turning) * elapsed
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
