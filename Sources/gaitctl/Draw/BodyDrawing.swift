import Perception
import Simulation

/// One person in a picture: the box, the skeleton, and a line of text.
struct BodyDrawing {
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
    private static let white = Color(repeating: 255)
    /// The colors of boxes, in turn.
    private static let boxes = [
        Color(46, 160, 67), Color(163, 113, 247), Color(191, 135, 0), Color(219, 97, 162),
        Color(27, 154, 170),
        Color(207, 34, 46),
    ]
    /// Landmarks less visible than this are guesses: faint, and outside the box.
    private static let leastVisibility: Float = 0.5

    let body: TrackedBody
    /// The text above the box.
    let text: String

    /// Draws the person into an image of the frame as sent.
    func draw(on raster: inout FigureRaster) {
        let landmarks = body.landmarks
        func place(_ landmark: Int) -> SIMD2<Float> {
            SIMD2(landmarks.positions[landmark].x, landmarks.positions[landmark].y)
        }
        let seen = (0..<BodyLandmarks.count).filter { landmarks.visibility[$0] >= Self.leastVisibility }
        let points = (seen.isEmpty ? Array(0..<BodyLandmarks.count) : seen).map(place)
        var (low, high) = (points[0], points[0])
        for point in points { (low, high) = (pointwiseMin(low, point), pointwiseMax(high, point)) }
        // The network's landmarks are inside the body.
        let margin = SIMD2<Float>(repeating: max(high.y - low.y, 10) * 0.06)
        (low, high) = (low - margin, high + margin)
        let breadth = min(max((high.y - low.y) / 120, 1.5), 5)
        for limb in Self.limbs {
            let visibility = min(landmarks.visibility[limb.from], landmarks.visibility[limb.to])
            raster.line(
                from: place(limb.from), to: place(limb.to), breadth: breadth, color: limb.color,
                opacity: visibility >= Self.leastVisibility ? 1 : 0.35)
        }
        let color = Self.boxes[(body.number - 1) % Self.boxes.count]
        let corners = [low, SIMD2(high.x, low.y), high, SIMD2(low.x, high.y), low]
        for (corner, next) in zip(corners, corners.dropFirst()) {
            raster.line(from: corner, to: next, breadth: max(breadth / 2, 1.5), color: color)
        }
        write(above: SIMD2(low.x, low.y - 2), on: color, in: &raster)
    }

    /// Writes the text on a bar whose lower left corner is at a place, or as near as fits into the image.
    private func write(above place: SIMD2<Float>, on color: Color, in raster: inout FigureRaster) {
        let dot = Float(max(raster.height / 360, 1))
        let step = Float(PixelFont.width + 1) * dot
        let bar = SIMD2(Float(text.count) * step + 3 * dot, Float(PixelFont.height + 4) * dot)
        let most = pointwiseMax(SIMD2(Float(raster.width), Float(raster.height)) - bar, .zero)
        let corner = pointwiseMin(pointwiseMax(place - SIMD2(0, bar.y), .zero), most)
        let middle = corner + SIMD2(bar.y, bar.y) / 2
        raster.line(from: middle, to: middle + SIMD2(bar.x - bar.y, 0), breadth: bar.y, color: color)
        for (index, letter) in text.enumerated() {
            let start = corner + SIMD2(2.5 * dot + Float(index) * step, 2.5 * dot)
            for (row, dots) in PixelFont.rows(letter).enumerated() {
                for column in 0..<PixelFont.width where dots & (0b10000 >> UInt8(column)) != 0 {
                    let point = start + dot * SIMD2(Float(column), Float(row))
                    raster.line(from: point, to: point, breadth: 1.2 * dot, color: Self.white)
                }
            }
        }
    }
}

/// Letters of five by seven dots: capitals, digits and a few marks.
private enum PixelFont {
    /// Dots across and down, without the gap to the next letter.
    static let width = 5
    static let height = 7

    /// The rows of a letter from the top, the leftmost dot in the highest of five bits; lowercase letters become capitals,
    /// and unknown ones question marks.
    static func rows(_ letter: Character) -> [UInt8] {
        glyphs[letter.uppercased().first ?? letter] ?? glyphs["?"] ?? []
    }

    private static let glyphs: [Character: [UInt8]] = [
        "A": [0b01110, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001],
        "B": [0b11110, 0b10001, 0b10001, 0b11110, 0b10001, 0b10001, 0b11110],
        "C": [0b01110, 0b10001, 0b10000, 0b10000, 0b10000, 0b10001, 0b01110],
        "D": [0b11110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b11110],
        "E": [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b11111],
        "F": [0b11111, 0b10000, 0b10000, 0b11110, 0b10000, 0b10000, 0b10000],
        "G": [0b01110, 0b10001, 0b10000, 0b10111, 0b10001, 0b10001, 0b01110],
        "H": [0b10001, 0b10001, 0b10001, 0b11111, 0b10001, 0b10001, 0b10001],
        "I": [0b01110, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
        "J": [0b00111, 0b00010, 0b00010, 0b00010, 0b00010, 0b10010, 0b01100],
        "K": [0b10001, 0b10010, 0b10100, 0b11000, 0b10100, 0b10010, 0b10001],
        "L": [0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b10000, 0b11111],
        "M": [0b10001, 0b11011, 0b10101, 0b10101, 0b10001, 0b10001, 0b10001],
        "N": [0b10001, 0b11001, 0b10101, 0b10101, 0b10011, 0b10001, 0b10001],
        "O": [0b01110, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110],
        "P": [0b11110, 0b10001, 0b10001, 0b11110, 0b10000, 0b10000, 0b10000],
        "Q": [0b01110, 0b10001, 0b10001, 0b10001, 0b10101, 0b10010, 0b01101],
        "R": [0b11110, 0b10001, 0b10001, 0b11110, 0b10100, 0b10010, 0b10001],
        "S": [0b01111, 0b10000, 0b10000, 0b01110, 0b00001, 0b00001, 0b11110],
        "T": [0b11111, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100, 0b00100],
        "U": [0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01110],
        "V": [0b10001, 0b10001, 0b10001, 0b10001, 0b10001, 0b01010, 0b00100],
        "W": [0b10001, 0b10001, 0b10001, 0b10101, 0b10101, 0b11011, 0b10001],
        "X": [0b10001, 0b10001, 0b01010, 0b00100, 0b01010, 0b10001, 0b10001],
        "Y": [0b10001, 0b10001, 0b01010, 0b00100, 0b00100, 0b00100, 0b00100],
        "Z": [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b10000, 0b11111],
        "0": [0b01110, 0b10001, 0b10011, 0b10101, 0b11001, 0b10001, 0b01110],
        "1": [0b00100, 0b01100, 0b00100, 0b00100, 0b00100, 0b00100, 0b01110],
        "2": [0b01110, 0b10001, 0b00001, 0b00110, 0b01000, 0b10000, 0b11111],
        "3": [0b11110, 0b00001, 0b00001, 0b01110, 0b00001, 0b00001, 0b11110],
        "4": [0b00010, 0b00110, 0b01010, 0b10010, 0b11111, 0b00010, 0b00010],
        "5": [0b11111, 0b10000, 0b11110, 0b00001, 0b00001, 0b10001, 0b01110],
        "6": [0b01110, 0b10000, 0b10000, 0b11110, 0b10001, 0b10001, 0b01110],
        "7": [0b11111, 0b00001, 0b00010, 0b00100, 0b01000, 0b01000, 0b01000],
        "8": [0b01110, 0b10001, 0b10001, 0b01110, 0b10001, 0b10001, 0b01110],
        "9": [0b01110, 0b10001, 0b10001, 0b01111, 0b00001, 0b00001, 0b01110],
        "%": [0b11000, 0b11001, 0b00010, 0b00100, 0b01000, 0b10011, 0b00011],
        "-": [0b00000, 0b00000, 0b00000, 0b11111, 0b00000, 0b00000, 0b00000],
        "_": [0b00000, 0b00000, 0b00000, 0b00000, 0b00000, 0b00000, 0b11111],
        ".": [0b00000, 0b00000, 0b00000, 0b00000, 0b00000, 0b01100, 0b01100],
        "?": [0b01110, 0b10001, 0b00001, 0b00110, 0b00100, 0b00000, 0b00100],
        " ": [0b00000, 0b00000, 0b00000, 0b00000, 0b00000, 0b00000, 0b00000],
    ]
}
