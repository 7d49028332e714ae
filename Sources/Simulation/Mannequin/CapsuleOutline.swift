/// A tapered capsule as it is seen: the hull of two discs in the image.
///
/// Discs are what balls project to near the middle of an image; at the edge of a wide one they are ellipses that are
/// longer by a few percent, which this leaves out.
struct CapsuleOutline {
    /// What a pixel sees of a capsule.
    struct Hit {
        /// The share of the pixel that it covers, 0...1.
        var coverage: Float
        /// Where along the axis, 0 at its start and 1 at its end.
        var share: Float
        /// How far from the axis, as a share of the radius there: x right, y down.
        var offset: SIMD2<Float>
    }

    private let start: SIMD2<Float>
    private let end: SIMD2<Float>
    private let startRadius: Float
    private let endRadius: Float
    private let along: SIMD2<Float>
    private let length: Float
    /// What the share along the axis grows by for each pixel along it, and shrinks by for each pixel beside it.
    private let perLength: Float
    private let perBreadth: Float

    /// Places and radii in pixels; above 0.
    init(from start: SIMD2<Float>, to end: SIMD2<Float>, startRadius: Float, endRadius: Float) {
        let axis = end - start
        let length = (axis * axis).sum().squareRoot()
        // Where one disc holds the other, the larger is all that is seen.
        if length <= abs(startRadius - endRadius) + 1e-4 {
            let isStartLarger = startRadius >= endRadius
            self.start = isStartLarger ? start : end
            self.startRadius = max(startRadius, endRadius)
            self.end = self.start
            self.endRadius = self.startRadius
            (self.length, along, perLength, perBreadth) = (0, .zero, 0, 0)
        } else {
            (self.start, self.end, self.startRadius, self.endRadius) = (start, end, startRadius, endRadius)
            self.length = length
            along = axis / length
            let sine = (startRadius - endRadius) / length
            perLength = 1 / length
            perBreadth = sine / (1 - sine * sine).squareRoot() / length
        }
    }

    /// The rows of an image that it reaches into.
    func rows(within height: Int) -> Range<Int> {
        CapsuleOutline.pixels(
            min(start.y - startRadius, end.y - endRadius), max(start.y + startRadius, end.y + endRadius),
            within: height)
    }

    /// The columns of a row that it reaches into, or a few more.
    func columns(row: Int, within width: Int) -> Range<Int> {
        let radius = max(startRadius, endRadius) + 1
        let y = Float(row) + 0.5
        // The part of the axis that is close enough to the row.
        var (first, last) = (Float(0), length)
        if abs(along.y) > 1e-3 {
            let (one, other) = ((y - radius - start.y) / along.y, (y + radius - start.y) / along.y)
            first = max(first, min(one, other))
            last = min(last, max(one, other))
            guard first <= last else { return 0..<0 }
        }
        let (one, other) = (start.x + first * along.x, start.x + last * along.x)
        return CapsuleOutline.pixels(min(one, other) - radius, max(one, other) + radius, within: width)
    }

    private static func pixels(_ low: Float, _ high: Float, within count: Int) -> Range<Int> {
        let limit = Float(count)
        let first = Int(min(max(low - 0.5, 0), limit))
        let last = Int(min(max(high + 1.5, 0), limit))
        return first..<max(first, last)
    }

    /// What is seen of it at a place, pixels.
    @inline(__always)
    func hit(x: Float, y: Float) -> Hit {
        let place = SIMD2(x, y) - start
        let forward = (place * along).sum()
        let across = (place * SIMD2(-along.y, along.x)).sum()
        // At right angles to the outline rather than to the axis (Quilez, "2D distance functions", uneven capsule).
        let travel = forward * perLength - abs(across) * perBreadth
        let share = min(max(travel, 0), 1)
        let radius = startRadius + share * (endRadius - startRadius)
        let offset = place - share * length * along
        let distance = (offset * offset).sum().squareRoot()
        let coverage = min(max(radius - distance + 0.5, 0), 1)
        return Hit(coverage: coverage, share: share, offset: offset / radius)
    }
}
