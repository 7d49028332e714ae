import Foundation

/// How one person moves through the image: place and velocity at the time when they were last seen.
///
/// A g-h filter whose gains begin as those of a least squares line through all sightings and fall to a constant:
/// the first velocities are right at once, and later ones neither follow the sway of a stride nor lag a turn for
/// more than half a second.
struct ImageMotion: Equatable {
    /// The time over which a place is smoothed, seconds.
    private static let smoothing: Float = 0.12

    /// Pixels of the image.
    private(set) var place: SIMD2<Float>
    /// Pixels per second.
    private(set) var velocity = SIMD2<Float>.zero
    /// The side of the person's region, pixels: their size.
    private(set) var size: Float
    /// When the person was last seen, seconds.
    private(set) var seconds: Double
    private var sightings: Float = 1

    init(at region: PoseRegion, seconds: Double) {
        place = region.centre
        size = region.side
        self.seconds = seconds
    }

    /// Where the person is at a time if they go on as they did, pixels.
    func expected(at time: Double) -> SIMD2<Float> {
        place + velocity * elapsed(at: time)
    }

    /// Seconds since the last sighting.
    func elapsed(at time: Double) -> Float { Float(max(time - seconds, 0)) }

    /// Takes in a sighting.
    mutating func see(_ region: PoseRegion, at time: Double) {
        let step = elapsed(at: time)
        guard step > 0 else { return }
        sightings += 1
        let steady = 1 - exp(-step / Self.smoothing)
        let gain = max(steady, 2 * (2 * sightings - 1) / (sightings * (sightings + 1)))
        let velocityGain = max(steady * steady / (2 - steady), 6 / (sightings * (sightings + 1)))
        let error = region.centre - expected(at: time)
        place = expected(at: time) + min(gain, 1) * error
        velocity += min(velocityGain, 1) / step * error
        size += max(steady, 1 / sightings) * (region.side - size)
        seconds = time
    }
}
