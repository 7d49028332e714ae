/// The colours of a person's clothes: how often each brightness and each of two colour differences occurs on the
/// torso and on the thighs.
struct Appearance: Equatable {
    /// Shares of eight levels of brightness, blue difference and red difference; each sums to 1.
    private struct Histogram: Equatable {
        var brightness = SIMD8<Float>.zero
        var blue = SIMD8<Float>.zero
        var red = SIMD8<Float>.zero
    }

    private var torso = Histogram()
    private var thighs = Histogram()

    /// Takes samples of the image between shoulders and hips and between hips and knees.
    ///
    /// Nil where nothing of the torso is within the image.
    init?(of landmarks: BodyLandmarks, in image: CameraImage) {
        func point(_ landmark: Int) -> SIMD2<Float> {
            SIMD2(landmarks.positions[landmark].x, landmarks.positions[landmark].y)
        }
        let hips = (point(23), point(24))
        guard
            let torso = Self.histogram(from: (point(11), point(12)), to: hips, in: image)
        else { return nil }
        self.torso = torso
        thighs = Self.histogram(from: hips, to: (point(25), point(26)), in: image) ?? torso
    }

    /// How different two are, 0...1: 0 where all shares are equal, 1 where no level occurs in both.
    func difference(from other: Appearance) -> Float {
        (Self.difference(torso, other.torso) * 2 + Self.difference(thighs, other.thighs)) / 3
    }

    /// Takes over a share of another.
    mutating func approach(_ other: Appearance, by share: Float) {
        func approach(_ one: inout Histogram, _ other: Histogram) {
            one.brightness += share * (other.brightness - one.brightness)
            one.blue += share * (other.blue - one.blue)
            one.red += share * (other.red - one.red)
        }
        approach(&torso, other.torso)
        approach(&thighs, other.thighs)
    }

    /// The total variation between the shares. Brightness, which changes with the light, counts half.
    private static func difference(_ one: Histogram, _ other: Histogram) -> Float {
        func variation(_ one: SIMD8<Float>, _ other: SIMD8<Float>) -> Float {
            let difference = one - other
            return difference.replacing(with: -difference, where: difference .< 0).sum() / 2
        }
        return
            (variation(one.brightness, other.brightness) + 2 * variation(one.blue, other.blue)
            + 2 * variation(one.red, other.red)) / 5
    }

    /// Samples of the four-sided area between two lines, 6 along each and 8 across.
    private static func histogram(
        from top: (SIMD2<Float>, SIMD2<Float>), to bottom: (SIMD2<Float>, SIMD2<Float>), in image: CameraImage
    ) -> Histogram? {
        var histogram = Histogram()
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
                // JPEG's own brightness and colour differences.
                let brightness = 0.299 * red + 0.587 * green + 0.114 * blue
                add(brightness, to: &histogram.brightness)
                // Colours seldom reach the ends of the scale: its middle half is spread over the levels.
                add(128 + 2 * 0.564 * (blue - brightness), to: &histogram.blue)
                add(128 + 2 * 0.713 * (red - brightness), to: &histogram.red)
                count += 1
            }
        }
        guard count > 0 else { return nil }
        histogram.brightness /= count
        histogram.blue /= count
        histogram.red /= count
        return histogram
    }

    /// Counts a value of 0...255, shared between the two nearest levels so that no edge lies between like colours.
    private static func add(_ value: Float, to levels: inout SIMD8<Float>) {
        let place = min(max(value / 255 * 8 - 0.5, 0), 7)
        let level = min(Int(place), 6)
        let share = place - Float(level)
        levels[level] += 1 - share
        levels[level + 1] += share
    }
}
