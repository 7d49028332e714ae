import Perception

/// One person in a picture: the box, the skeleton, and what is said of them.
struct BodyDrawing {
    /// BlazePose's landmarks between which limbs are drawn, and of which side they are.
    private static let limbs: [(from: Int, to: Int, colour: PictureCanvas.Colour)] = [
        (11, 12, trunk), (23, 24, trunk), (11, 23, trunk), (12, 24, trunk), (7, 8, trunk),
        (11, 13, left), (13, 15, left), (23, 25, left), (25, 27, left), (27, 31, left),
        (12, 14, right), (14, 16, right), (24, 26, right), (26, 28, right), (28, 32, right),
    ]
    private static let left = PictureCanvas.Colour(239, 125, 60)
    private static let right = PictureCanvas.Colour(63, 143, 224)
    private static let trunk = PictureCanvas.Colour(225, 228, 232)
    /// The colours of boxes, by turns.
    private static let colours: [PictureCanvas.Colour] = [
        .init(46, 160, 67), .init(163, 113, 247), .init(191, 135, 0), .init(219, 97, 162),
        .init(27, 154, 170),
        .init(207, 34, 46),
    ]
    private static let white = PictureCanvas.Colour(repeating: 255)
    /// The visibility under which landmarks are guesses, drawn faintly and outside of the box.
    private static let leastVisibility: Float = 0.5

    let body: TrackedBody
    /// What is written above the box.
    let text: String

    func draw(on canvas: PictureCanvas) {
        let landmarks = body.landmarks
        func place(_ landmark: Int) -> SIMD2<Float> {
            SIMD2(landmarks.positions[landmark].x, landmarks.positions[landmark].y)
        }
        let seen = (0..<BodyLandmarks.count).filter { landmarks.visibility[$0] >= Self.leastVisibility }
        let points = (seen.isEmpty ? Array(0..<BodyLandmarks.count) : seen).map(place)
        var (low, high) = (points[0], points[0])
        for point in points { (low, high) = (pointwiseMin(low, point), pointwiseMax(high, point)) }
        // The network's landmarks are within the body.
        let margin = SIMD2<Float>(repeating: max(high.y - low.y, 10) * 0.06)
        (low, high) = (low - margin, high + margin)
        let breadth = min(max((high.y - low.y) / 120, 1.5), 5)
        for limb in Self.limbs {
            let visibility = min(landmarks.visibility[limb.from], landmarks.visibility[limb.to])
            canvas.line(
                place(limb.from), place(limb.to), breadth: breadth, limb.colour,
                opacity: visibility >= Self.leastVisibility ? 1 : 0.35)
        }
        let colour = Self.colours[(body.number - 1) % Self.colours.count]
        canvas.outline(low, high, breadth: max(breadth / 2, 1.5), colour)
        canvas.text(
            text, above: SIMD2(low.x, low.y - 2), size: max(canvas.height / 360, 1), Self.white,
            on: colour)
    }
}
