import Gait
import Perception
import Simulation

/// The drawing of one person in a picture: the box, the skeleton, and a line of text.
enum BodyDrawing {
    /// Red, green and blue, 0...255.
    private typealias Color = SIMD3<Float>

    /// The limbs between BlazePose's landmarks, in the colors of their sides.
    private static let limbs: [(from: Int, to: Int, color: Color)] = [
        (11, 12, trunk), (23, 24, trunk), (11, 23, trunk), (12, 24, trunk), (7, 8, trunk),
        (11, 13, left), (13, 15, left), (23, 25, left), (25, 27, left), (27, 31, left),
        (12, 14, right), (14, 16, right), (24, 26, right), (26, 28, right), (28, 32, right),
    ]
    private static let left = Color(239, 125, 60)
    private static let right = Color(63, 143, 224)
    private static let trunk = Color(225, 228, 232)
    /// The color of the limb that ends at a joint, by its side.
    static func color(of joint: Joint) -> SIMD3<Float> {
        if joint.mirrored == joint { return trunk }
        return joint.mirrored.rawValue > joint.rawValue ? left : right
    }

    /// The colors of boxes, in turn.
    private static let boxes = [
        Color(46, 160, 67), Color(163, 113, 247), Color(191, 135, 0), Color(219, 97, 162),
        Color(27, 154, 170), Color(207, 34, 46),
    ]
    /// Landmarks less visible than this are guesses: faint, and outside the box.
    private static let leastVisibility: Float = 0.5

    /// Draws the person into an image of the frame as sent.
    ///
    /// - Parameter text: written above the box.
    static func draw(_ body: TrackedBody, text: String, on raster: inout FigureRaster) {
        let visibility = body.landmarks.visibility
        let places = body.landmarks.positions.map { SIMD2($0.x, $0.y) }
        let seen = places.indices.filter { visibility[$0] >= leastVisibility }
        var (low, high) = (seen.isEmpty ? places : seen.map { places[$0] }).bounds
        // The network's landmarks are inside the body.
        let margin = SIMD2<Float>(repeating: max(high.y - low.y, 10) * 0.06)
        (low, high) = (low - margin, high + margin)
        let breadth = min(max((high.y - low.y) / 120, 1.5), 5)
        for limb in limbs {
            let isSeen = min(visibility[limb.from], visibility[limb.to]) >= leastVisibility
            raster.line(
                from: places[limb.from], to: places[limb.to], breadth: breadth, color: limb.color,
                opacity: isSeen ? 1 : 0.35)
        }
        let color = boxes[(body.number - 1) % boxes.count]
        let corners = [low, SIMD2(high.x, low.y), high, SIMD2(low.x, high.y), low]
        for (corner, next) in zip(corners, corners.dropFirst()) {
            raster.line(from: corner, to: next, breadth: max(breadth / 2, 1.5), color: color)
        }
        raster.write(text, above: SIMD2(low.x, low.y - 2), on: color)
    }
}
