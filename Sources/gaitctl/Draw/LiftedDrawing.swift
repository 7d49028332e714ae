import Gait
import Simulation

/// The strip at the right of a camera's picture that shows its people in three dimensions: one row for each, from above
/// and from the side of the camera's line of sight.
final class LiftedDrawing {
    /// The rows; further people are not shown.
    static let rows = 4
    /// Meters across a view.
    private static let extent: Float = 2.2
    /// Seconds from the newest picture back to the pose that is drawn. A person is lifted anew twice a second, so there is
    /// always one.
    private static let delay = 0.5
    private static let ground = SIMD3<Float>(30, 33, 38)
    private static let frame = SIMD3<Float>(70, 75, 82)
    /// The parts of the body between joints that a lifter draws.
    private static let limbs: [(from: Joint, to: Joint)] = Joint.allCases.compactMap { joint in
        joint.parent.map { ($0, joint) }
    }

    /// One person's newest lifted window.
    struct Person {
        let number: Int
        /// Meters, the root at the origin: x to the right of the picture, y up, z toward the camera.
        let gait: Gait
        /// When the window ends, seconds.
        let end: Double
    }

    /// A view's side, pixels.
    private let side: Int
    private let picture: SIMD2<Int>
    private var raster: FigureRaster
    private var background: [UInt8]

    /// - Parameters:
    ///   - width: of the picture, pixels.
    ///   - height: of the picture, pixels.
    init(besidePictureOf width: Int, _ height: Int) {
        picture = SIMD2(width, height)
        side = max(height / Self.rows, 1)
        raster = FigureRaster(width: width + 2 * side, height: height)
        background = Array(repeating: 0, count: raster.pixels.count)
    }

    /// Whether the drawing is beside pictures of this size.
    func fits(_ width: Int, _ height: Int) -> Bool { picture == SIMD2(width, height) }

    /// A raster with the picture at the left and the people at the right.
    ///
    /// - Parameters:
    ///   - pixels: the picture's, red, green and blue.
    ///   - time: the picture's, seconds.
    func draw(_ people: [Person], beside pixels: [UInt8], at time: Double) -> FigureRaster {
        let (row, all) = (3 * picture.x, 3 * raster.width)
        for line in 0..<picture.y {
            background.replaceSubrange(
                line * all..<line * all + row, with: pixels[line * row..<(line + 1) * row])
            for column in stride(from: line * all + row, to: (line + 1) * all, by: 3) {
                for channel in 0..<3 { background[column + channel] = UInt8(Self.ground[channel]) }
            }
        }
        raster.begin(background: background)
        for (place, person) in people.prefix(Self.rows).enumerated() {
            let ago = min(max(person.end + Self.delay - time, 0), Self.delay)
            let frame = Gait.windowFrames - 1 - Int((ago * Double(Gait.frameRate)).rounded())
            let corner = SIMD2(Float(picture.x), Float(place * side))
            // From above the camera is at the bottom; from its right side it is at the left.
            draw(person.gait, frame, "\(person.number) above", at: corner) { SIMD2($0.x, $0.z) }
            draw(person.gait, frame, "side", at: corner + SIMD2(Float(side), 0)) { SIMD2(-$0.z, -$0.y) }
        }
        return raster
    }

    private func draw(
        _ gait: Gait, _ frame: Int, _ title: String, at corner: SIMD2<Float>,
        projection: (SIMD3<Float>) -> SIMD2<Float>
    ) {
        let size = Float(side)
        let middle = corner + SIMD2(repeating: size / 2)
        func place(_ joint: Joint) -> SIMD2<Float> {
            middle + projection(gait.position(frame: frame, joint: joint)) * (size / Self.extent)
        }
        for limb in Self.limbs {
            raster.line(
                from: place(limb.from), to: place(limb.to), breadth: max(size / 60, 1.5),
                color: BodyDrawing.color(of: limb.to))
        }
        raster.line(
            from: corner + SIMD2(0, size), to: corner + SIMD2(repeating: size), breadth: 1, color: Self.frame)
        raster.write(title, above: corner + SIMD2(0, size), on: Self.frame)
    }
}
