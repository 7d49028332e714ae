/// The pixels of one rendered image and how far away what each shows is.
///
/// Capsules are drawn from their outlines: the hull of two discs in the image, with the cross-section's roundness as
/// shade and depth. Edges are as smooth as the share of the pixel that they cover, so nothing is sampled twice.
struct FigureRaster {
    /// Nearer than this nothing is drawn, metres.
    private static let nearest: Float = 0.1
    /// What a surface reflects where no light falls on it.
    private static let ambient: Float = 0.5

    let width: Int
    let height: Int
    /// Red, green and blue, row by row.
    private(set) var pixels: [UInt8]
    private var depths: [Float]
    /// Towards the light, in the camera's frame.
    private var light = SIMD3<Float>(0, -1, 0)

    init(width: Int, height: Int) {
        self.width = width
        self.height = height
        pixels = [UInt8](repeating: 0, count: 3 * width * height)
        depths = [Float](repeating: .infinity, count: width * height)
    }

    /// Begins an image with a background, infinitely far away.
    ///
    /// - Parameter light: Towards the light, in the camera's frame; a unit vector.
    mutating func begin(background: [UInt8], light: SIMD3<Float>) {
        self.light = light
        pixels.withUnsafeMutableBufferPointer { pixels in
            background.withUnsafeBufferPointer { _ = pixels.update(fromContentsOf: $0) }
        }
        depths.withUnsafeMutableBufferPointer { $0.update(repeating: .infinity) }
    }

    /// Multiplies the colour of a pixel, as a shadow does.
    mutating func darken(x: Int, y: Int, by factor: Float) {
        let start = 3 * (y * width + x)
        for channel in start..<start + 3 { pixels[channel] = UInt8(Float(pixels[channel]) * factor) }
    }

    /// Draws a capsule of the world.
    mutating func draw(_ capsule: TaperedCapsule, in view: CameraView) {
        let (start, end) = (view.point(capsule.start), view.point(capsule.end))
        guard min(start.z - capsule.startRadius, end.z - capsule.endRadius) > FigureRaster.nearest else {
            return
        }
        let outline = CapsuleOutline(
            from: view.pixel(start), to: view.pixel(end),
            startRadius: view.focalLength * capsule.startRadius / start.z,
            endRadius: view.focalLength * capsule.endRadius / end.z)
        let rows = outline.rows(within: height)
        let surface = Surface(
            colour: capsule.colour, light: light, distance: start.z, recession: end.z - start.z,
            thickness: capsule.startRadius, growth: capsule.endRadius - capsule.startRadius)
        let width = width
        pixels.withUnsafeMutableBufferPointer { pixels in
            depths.withUnsafeMutableBufferPointer { depths in
                for row in rows {
                    for column in outline.columns(row: row, within: width) {
                        let hit = outline.hit(x: Float(column) + 0.5, y: Float(row) + 0.5)
                        guard hit.coverage > 0 else { continue }
                        let bulge = max(1 - (hit.offset * hit.offset).sum(), 0).squareRoot()
                        let depth = surface.depth(hit, bulge: bulge)
                        let index = row * width + column
                        guard depth < depths[index] else { continue }
                        if hit.coverage >= 0.5 { depths[index] = depth }
                        let colour = surface.colour(hit, bulge: bulge)
                        FigureRaster.blend(colour, hit.coverage, into: pixels, at: 3 * index)
                    }
                }
            }
        }
    }

    /// The colour and the distance of a capsule's surface.
    private struct Surface {
        let colour: SIMD3<Float>
        let light: SIMD3<Float>
        /// Of the axis from the camera, at its start, and what it is more at its end, metres.
        let distance: Float
        let recession: Float
        /// The radius at the start, and what it is more at the end, metres.
        let thickness: Float
        let growth: Float

        /// - Parameter bulge: How far the surface stands out towards the camera, as a share of the radius.
        @inline(__always)
        func depth(_ hit: CapsuleOutline.Hit, bulge: Float) -> Float {
            distance + hit.share * recession - bulge * (thickness + hit.share * growth)
        }

        @inline(__always)
        func colour(_ hit: CapsuleOutline.Hit, bulge: Float) -> SIMD3<Float> {
            let lit = hit.offset.x * light.x + hit.offset.y * light.y - bulge * light.z
            // What turns away is a little darker even without a light: less of the surroundings shines on it.
            return colour * (FigureRaster.ambient * (0.75 + 0.25 * bulge) + 0.55 * max(lit, 0))
        }
    }

    @inline(__always)
    private static func blend(
        _ colour: SIMD3<Float>, _ coverage: Float, into pixels: UnsafeMutableBufferPointer<UInt8>,
        at start: Int
    ) {
        let below = SIMD3<Float>(
            Float(pixels[start]), Float(pixels[start + 1]), Float(pixels[start + 2]))
        let mixed = below + coverage * (colour - below)
        for channel in 0..<3 { pixels[start + channel] = UInt8(min(max(mixed[channel], 0), 255)) }
    }
}
