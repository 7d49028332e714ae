import Foundation
import Gait

/// A memory of a person from a time when no other person was near, to tell people apart when they meet.
struct Reidentification: Equatable {
    /// The share of the newest appearance that a frame adds to the memory.
    private static let appearanceShare: Float = 0.1
    /// The cost of an entirely different appearance, in shares of the person's region.
    private static let appearanceWeight: Float = 1.5
    /// The cost of a size e times as large, in shares of the person's region.
    private static let sizeWeight: Float = 0.5

    private(set) var motion: ImageMotion
    private(set) var appearance: Appearance?

    /// Takes in a sighting of the person alone.
    mutating func renew(motion: ImageMotion, appearance seen: Appearance?) {
        self.motion = motion
        guard let seen else { return }
        if appearance == nil {
            appearance = seen
        } else {
            appearance?.approach(seen, by: Self.appearanceShare)
        }
    }

    /// How unlike the person a body is: its distance from the person's expected place, in shares of the person's region,
    /// plus costs for size and clothes.
    func difference(from region: PoseRegion, _ seen: Appearance?, at time: Double) -> Float {
        distance(from: region, at: time) + Self.sizeWeight * sizeDifference(from: region)
            + Self.appearanceWeight * (appearanceDifference(from: seen) ?? 0)
    }

    /// Whether a body can be the lost person: within 0.4 of the region plus 0.35 per second, neither 1.8 times as large nor
    /// as small, and not dressed entirely differently.
    func canBe(_ region: PoseRegion, _ seen: Appearance?, at time: Double) -> Bool {
        distance(from: region, at: time) <= 0.4 + 0.35 * motion.elapsed(at: time)
            && sizeDifference(from: region) <= 0.6
            && (appearanceDifference(from: seen) ?? 0) <= 0.6
    }

    private func distance(from region: PoseRegion, at time: Double) -> Float {
        let offset = region.center - motion.expected(at: time)
        return offset.length / max(motion.size, 1)
    }

    private func sizeDifference(from region: PoseRegion) -> Float {
        abs(log(max(region.side, 1) / max(motion.size, 1)))
    }

    private func appearanceDifference(from seen: Appearance?) -> Float? {
        guard let seen, let appearance else { return nil }
        return appearance.difference(from: seen)
    }
}

/// The colors of a person's clothes: histograms of brightness and of two color differences on the torso and on the thighs.
struct Appearance: Equatable {
    /// Shares of eight levels each of brightness, blue difference and red difference; each eight sum to 1. The last eight
    /// are unused.
    private typealias Histogram = SIMD32<Float>

    private var torso: Histogram
    private var thighs: Histogram

    /// Samples the image between shoulders and hips and between hips and knees; nil if the torso is outside the image.
    init?(of landmarks: BodyLandmarks, in image: CameraImage) {
        let shoulders = (landmarks.place(11), landmarks.place(12))
        let hips = (landmarks.place(23), landmarks.place(24))
        let knees = (landmarks.place(25), landmarks.place(26))
        guard let torso = Self.histogram(from: shoulders, to: hips, in: image) else { return nil }
        self.torso = torso
        thighs = Self.histogram(from: hips, to: knees, in: image) ?? torso
    }

    /// How different two appearances are, 0...1: 0 if all shares are equal, 1 if they have no level in common.
    func difference(from other: Appearance) -> Float {
        (Self.difference(torso, other.torso) * 2 + Self.difference(thighs, other.thighs)) / 3
    }

    /// Moves toward another appearance by a share of the difference.
    mutating func approach(_ other: Appearance, by share: Float) {
        torso += share * (other.torso - torso)
        thighs += share * (other.thighs - thighs)
    }

    /// The total variation between the shares. Brightness, which changes with the light, counts half.
    private static func difference(_ one: Histogram, _ other: Histogram) -> Float {
        let difference = one - other
        let magnitude = difference.replacing(with: -difference, where: difference .< 0)
        let brightness = magnitude.lowHalf.lowHalf.sum()
        return (2 * magnitude.sum() - brightness) / 10
    }

    /// Samples the quadrilateral between two lines, 6 points along each and 8 across.
    private static func histogram(
        from top: (SIMD2<Float>, SIMD2<Float>), to bottom: (SIMD2<Float>, SIMD2<Float>), in image: CameraImage
    ) -> Histogram? {
        var histogram = Histogram.zero
        var count: Float = 0
        for row in 0..<8 {
            let down = (Float(row) + 0.5) / 8
            let (left, right) = (top.0 + (bottom.0 - top.0) * down, top.1 + (bottom.1 - top.1) * down)
            for column in 0..<6 {
                let place = left + (right - left) * ((Float(column) + 0.5) / 6)
                guard place.x >= 0, place.y >= 0, place.x < Float(image.width), place.y < Float(image.height)
                else { continue }
                let index = 3 * (Int(place.y) * image.width + Int(place.x))
                let (red, green, blue) = (
                    Float(image.pixels[index]), Float(image.pixels[index + 1]), Float(image.pixels[index + 2])
                )
                // JPEG's own brightness and color differences. Few colors reach the ends of the differences' scale, so
                // its middle half covers all levels.
                let brightness = 0.299 * red + 0.587 * green + 0.114 * blue
                add(brightness, to: &histogram, at: 0)
                add(128 + 2 * 0.564 * (blue - brightness), to: &histogram, at: 8)
                add(128 + 2 * 0.713 * (red - brightness), to: &histogram, at: 16)
                count += 1
            }
        }
        return count > 0 ? histogram / count : nil
    }

    /// Counts a value of 0...255, split between the two nearest levels so that similar colors never fall apart at an edge.
    private static func add(_ value: Float, to histogram: inout Histogram, at start: Int) {
        let place = min(max(value / 255 * 8 - 0.5, 0), 7)
        let level = min(Int(place), 6)
        let share = place - Float(level)
        histogram[start + level] += 1 - share
        histogram[start + level + 1] += share
    }
}

/// One person's motion through the image: place and velocity at the last sighting.
///
/// A g-h filter. Its gains start as those of a least-squares line through all sightings and fall to a constant: the first
/// velocities are right at once, and later ones neither follow the sway of a stride nor lag a turn for more than half a
/// second.
struct ImageMotion: Equatable {
    /// The smoothing time of places, seconds.
    private static let smoothing: Float = 0.12

    /// Pixels of the image.
    private(set) var place: SIMD2<Float>
    /// Pixels per second.
    private(set) var velocity = SIMD2<Float>.zero
    /// The side of the person's region, pixels: their size.
    private(set) var size: Float
    /// The time of the last sighting, seconds.
    private(set) var seconds: Double
    private var sightings: Float = 1

    init(at region: PoseRegion, seconds: Double) {
        place = region.center
        size = region.side
        self.seconds = seconds
    }

    /// The person's place at a time if the motion continues, pixels.
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
        let error = region.center - expected(at: time)
        place = expected(at: time) + min(gain, 1) * error
        velocity += min(velocityGain, 1) / step * error
        size += max(steady, 1 / sightings) * (region.side - size)
        seconds = time
    }
}
