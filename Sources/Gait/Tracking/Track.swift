/// Where one person was seen, and where the person will be: a Kalman filter of constant velocity over the
/// ground, whose two axes share one covariance.
struct Track {
    /// The standard deviation of a sighting, metres.
    private static let sightingDeviation: Float = 0.06
    /// The variance of a new person's velocity, (m/s)²: people walk either way, seldom faster than 2 m/s.
    private static let velocityVariance: Float = 1
    /// How fast the velocity becomes unknown, m²/s³: a stride's own changes of speed, and turning round.
    private static let acceleration: Float = 1

    /// The node's own number for the person.
    let number: Int
    /// The time of the newest sighting, seconds.
    private(set) var lastSeen: Double
    /// The last filtered position, metres.
    private var position: SIMD2<Float>
    /// Metres per second.
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

    /// Where the person is expected at a time, metres, and the variance of a sighting there, m².
    func expected(at time: Double) -> (position: SIMD2<Float>, variance: Float) {
        let elapsed = Float(max(time - lastSeen, 0))
        let variance = predicted(after: elapsed).position + Self.sightingDeviation * Self.sightingDeviation
        return (position + velocity * elapsed, variance)
    }

    /// Whether somebody could have walked from the last sighting to a position by a time: 3 m/s, a
    /// sighting's error and the body's width beside it.
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
