import Gait

/// The pixels of one rendered image with their depths.
///
/// It draws capsules from their outlines: the hull of two discs in the image, shaded and deepened by the roundness of the
/// cross section. Edges blend by the share of the pixel that they cover, so nothing is sampled twice.
package struct FigureRaster {
    /// Nothing nearer than this is drawn, meters.
    private static let nearest: Float = 0.1
    /// The light that a surface reflects in the shade.
    private static let ambient: Float = 0.5

    package let width: Int
    package let height: Int
    /// Red, green and blue, row by row.
    package private(set) var pixels: [UInt8]
    private var depths: [Float]
    /// Toward the light, in the camera's frame.
    private var light = SIMD3<Float>(0, -1, 0)

    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
        pixels = [UInt8](repeating: 0, count: 3 * width * height)
        depths = [Float](repeating: .infinity, count: width * height)
    }

    /// Begins an image with a background, infinitely far away.
    ///
    /// - Parameters:
    ///   - background: at least `3 * width * height` bytes.
    ///   - light: toward the light, in the camera's frame; a unit vector.
    package mutating func begin(background: [UInt8], light: SIMD3<Float> = SIMD3(0, -1, 0)) {
        self.light = light
        pixels.withUnsafeMutableBufferPointer { pixels in
            background.withUnsafeBufferPointer { _ = pixels.update(fromContentsOf: $0[..<pixels.count]) }
        }
        depths.withUnsafeMutableBufferPointer { $0.update(repeating: .infinity) }
    }

    /// Multiplies the color of a pixel, as a shadow does.
    mutating func darken(x: Int, y: Int, by factor: Float) {
        let start = 3 * (y * width + x)
        for channel in start..<start + 3 { pixels[channel] = UInt8(Float(pixels[channel]) * factor) }
    }

    /// Draws a capsule of the world.
    mutating func draw(_ capsule: TaperedCapsule, in view: CameraView) {
        let (start, end) = (view.point(capsule.start), view.point(capsule.end))
        guard min(start.z - capsule.startRadius, end.z - capsule.endRadius) > Self.nearest else {
            return
        }
        let outline = CapsuleOutline(
            from: view.pixel(start), to: view.pixel(end),
            startRadius: view.focalLength * capsule.startRadius / start.z,
            endRadius: view.focalLength * capsule.endRadius / end.z)
        let surface = Surface(
            color: capsule.color, light: light, distance: start.z, recession: end.z - start.z,
            thickness: capsule.startRadius, growth: capsule.endRadius - capsule.startRadius)
        depths.withUnsafeMutableBufferPointer { depths in
            Self.cover(outline, &pixels, width: width, height: height) { hit, index in
                let bulge = max(1 - (hit.offset * hit.offset).sum(), 0).squareRoot()
                let depth = surface.depth(hit, bulge: bulge)
                guard depth < depths[index] else { return nil }
                if hit.coverage >= 0.5 { depths[index] = depth }
                return (surface.color(hit, bulge: bulge), hit.coverage)
            }
        }
    }

    /// Draws a line with round ends and smooth edges in front of everything; nothing if its places are not finite.
    ///
    /// - Parameters:
    ///   - start: pixels from the left and the top, as `end`.
    ///   - opacity: 0...1.
    package mutating func line(
        from start: SIMD2<Float>, to end: SIMD2<Float>, breadth: Float, color: SIMD3<Float>,
        opacity: Float = 1
    ) {
        guard (start + end).sum().isFinite, breadth > 0 else { return }
        let outline = CapsuleOutline(from: start, to: end, startRadius: breadth / 2, endRadius: breadth / 2)
        Self.cover(outline, &pixels, width: width, height: height) { hit, _ in (color, opacity * hit.coverage)
        }
    }

    /// Blends a color into every pixel that an outline covers.
    ///
    /// - Parameter color: the color and its share for a pixel of an index; nil to leave the pixel.
    @inline(__always)
    private static func cover(
        _ outline: CapsuleOutline, _ pixels: inout [UInt8], width: Int, height: Int,
        color: (CapsuleOutline.Hit, Int) -> (SIMD3<Float>, Float)?
    ) {
        pixels.withUnsafeMutableBufferPointer { pixels in
            for row in outline.rows(within: height) {
                for column in outline.columns(row: row, within: width) {
                    let hit = outline.hit(x: Float(column) + 0.5, y: Float(row) + 0.5)
                    let index = row * width + column
                    guard hit.coverage > 0, let (color, share) = color(hit, index) else { continue }
                    blend(color, share, into: pixels, at: 3 * index)
                }
            }
        }
    }

    /// The color and the distance of a capsule's surface.
    private struct Surface {
        let color: SIMD3<Float>
        let light: SIMD3<Float>
        /// The axis's distance from the camera at its start, and the increase to its end, meters.
        let distance: Float
        let recession: Float
        /// The radius at the start, and the increase to the end, meters.
        let thickness: Float
        let growth: Float

        /// - Parameter bulge: how far the surface rises toward the camera, as a share of the radius.
        @inline(__always)
        func depth(_ hit: CapsuleOutline.Hit, bulge: Float) -> Float {
            distance + hit.share * recession - bulge * (thickness + hit.share * growth)
        }

        @inline(__always)
        func color(_ hit: CapsuleOutline.Hit, bulge: Float) -> SIMD3<Float> {
            let lit = hit.offset.x * light.x + hit.offset.y * light.y - bulge * light.z
            // Surfaces that turn away are a little darker even in the shade: less of the surroundings shines on them.
            return color * (FigureRaster.ambient * (0.75 + 0.25 * bulge) + 0.55 * max(lit, 0))
        }
    }

    @inline(__always)
    private static func blend(
        _ color: SIMD3<Float>, _ coverage: Float, into pixels: UnsafeMutableBufferPointer<UInt8>,
        at start: Int
    ) {
        let below = SIMD3<Float>(
            Float(pixels[start]), Float(pixels[start + 1]), Float(pixels[start + 2]))
        let mixed = below + coverage * (color - below)
        for channel in 0..<3 { pixels[start + channel] = UInt8(min(max(mixed[channel], 0), 255)) }
    }
}

/// The hull of two balls, of which mannequins consist. It is one ball if both are the same.
struct TaperedCapsule: Sendable {
    /// The centers of the balls, meters.
    var start: SIMD3<Float>
    var end: SIMD3<Float>
    /// The balls' radii, meters; above 0.
    var startRadius: Float
    var endRadius: Float
    /// Red, green and blue in full light, 0...255.
    var color: SIMD3<Float>

    /// The camera's distance from the nearest point of its middle, meters.
    func nearestDistance(in view: CameraView) -> Float {
        view.point((start + end) / 2).z - max(startRadius, endRadius)
    }
}

/// The outline of a tapered capsule: the hull of two discs in the image.
///
/// Near the middle of an image, balls project to discs. At the edge of a wide one they project to ellipses that are longer by
/// a few percent, which this ignores.
struct CapsuleOutline {
    /// A pixel's view of a capsule.
    struct Hit {
        /// The share of the pixel that the capsule covers, 0...1.
        var coverage: Float
        /// The place along the axis, 0 at its start and 1 at its end.
        var share: Float
        /// The offset from the axis, as a share of the radius there: x right, y down.
        var offset: SIMD2<Float>
    }

    private let start: SIMD2<Float>
    private let end: SIMD2<Float>
    private let startRadius: Float
    private let endRadius: Float
    private let along: SIMD2<Float>
    private let length: Float
    /// How much the share along the axis grows per pixel along it, and shrinks per pixel beside it.
    private let perLength: Float
    private let perBreadth: Float

    /// Places and radii in pixels; above 0.
    init(from start: SIMD2<Float>, to end: SIMD2<Float>, startRadius: Float, endRadius: Float) {
        let axis = end - start
        let length = axis.length
        // If one disc contains the other, only the larger is visible.
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

    /// The rows of an image that it touches.
    func rows(within height: Int) -> Range<Int> {
        Self.pixels(
            min(start.y - startRadius, end.y - endRadius), max(start.y + startRadius, end.y + endRadius),
            within: height)
    }

    /// The columns of a row that it touches, or a few more.
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
        return Self.pixels(min(one, other) - radius, max(one, other) + radius, within: width)
    }

    private static func pixels(_ low: Float, _ high: Float, within count: Int) -> Range<Int> {
        let limit = Float(count)
        let first = Int(min(max(low - 0.5, 0), limit))
        let last = Int(min(max(high + 1.5, 0), limit))
        return first..<max(first, last)
    }

    /// The view from a place, pixels.
    @inline(__always)
    func hit(x: Float, y: Float) -> Hit {
        let place = SIMD2(x, y) - start
        let forward = (place * along).sum()
        let across = (place * SIMD2(-along.y, along.x)).sum()
        // Perpendicular to the outline rather than to the axis (Quilez, "2D distance functions", uneven capsule).
        let travel = forward * perLength - abs(across) * perBreadth
        let share = min(max(travel, 0), 1)
        let radius = startRadius + share * (endRadius - startRadius)
        let offset = place - share * length * along
        let distance = offset.length
        let coverage = min(max(radius - distance + 0.5, 0), 1)
        return Hit(coverage: coverage, share: share, offset: offset / radius)
    }
}
