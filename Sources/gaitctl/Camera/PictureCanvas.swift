import Perception

/// Draws onto the pixels of an image, in its pixels from the left and from the top; what is outside is left out.
struct PictureCanvas {
    /// Red, green and blue, 0...255.
    typealias Colour = SIMD3<Float>

    private let pixels: UnsafeMutableBufferPointer<UInt8>
    private let width: Int
    let height: Int

    /// Hands out a canvas over an image's pixels.
    static func draw(on image: inout CameraImage, _ draw: (PictureCanvas) -> Void) {
        let (width, height, scale) = (image.width, image.height, image.scale)
        image.fill(width: width, height: height, scale: scale) { pixels in
            draw(PictureCanvas(pixels: pixels, width: width, height: height))
        }
    }

    /// A line with round ends and smooth edges.
    ///
    /// - Parameter opacity: 0...1.
    func line(
        _ start: SIMD2<Float>, _ end: SIMD2<Float>, breadth: Float, _ colour: Colour, opacity: Float = 1
    ) {
        let reach = SIMD2<Float>(repeating: breadth / 2 + 1)
        guard let area = area(pointwiseMin(start, end) - reach, pointwiseMax(start, end) + reach) else {
            return
        }
        let axis = end - start
        let length = max((axis * axis).sum(), 1e-6)
        for y in area.rows {
            for x in area.columns {
                let place = SIMD2(Float(x) + 0.5, Float(y) + 0.5) - start
                let share = min(max((place * axis).sum() / length, 0), 1)
                let offset = place - share * axis
                let distance = (offset * offset).sum().squareRoot()
                blend(x, y, colour, opacity * min(max(breadth / 2 + 0.5 - distance, 0), 1))
            }
        }
    }

    /// The outline of an upright rectangle.
    func outline(_ low: SIMD2<Float>, _ high: SIMD2<Float>, breadth: Float, _ colour: Colour) {
        let corners = [low, SIMD2(high.x, low.y), high, SIMD2(low.x, high.y)]
        for (index, corner) in corners.enumerated() {
            line(corner, corners[(index + 1) % 4], breadth: breadth, colour)
        }
    }

    /// A line of text on a bar, moved so that it is within the image.
    ///
    /// - Parameters:
    ///   - place: the bar's lower left corner.
    ///   - size: pixels of a dot of the letters.
    func text(
        _ text: String, above place: SIMD2<Float>, size: Int, _ colour: Colour, on background: Colour
    ) {
        let step = (PixelFont.width + 1) * size
        let bar = (width: text.count * step + 3 * size, height: (PixelFont.height + 4) * size)
        guard place.x.isFinite, place.y.isFinite else { return }
        let left = Int(min(max(place.x, 0), Float(max(width - bar.width, 0))))
        let top = Int(min(max(place.y - Float(bar.height), 0), Float(max(height - bar.height, 0))))
        fill(left, top, bar.width, bar.height, background)
        for (index, letter) in text.enumerated() {
            for (row, dots) in PixelFont.rows(letter).enumerated() {
                for column in 0..<PixelFont.width where dots & (0b10000 >> UInt8(column)) != 0 {
                    fill(
                        left + 2 * size + index * step + column * size, top + (row + 2) * size, size, size,
                        colour)
                }
            }
        }
    }

    private func fill(_ left: Int, _ top: Int, _ columns: Int, _ rows: Int, _ colour: Colour) {
        for y in max(top, 0)..<max(min(top + rows, height), max(top, 0)) {
            for x in max(left, 0)..<max(min(left + columns, width), max(left, 0)) { blend(x, y, colour, 1) }
        }
    }

    /// The pixels of a rectangle that are within the image; nil where there are none, or a corner is not finite.
    private func area(
        _ low: SIMD2<Float>, _ high: SIMD2<Float>
    ) -> (columns: Range<Int>, rows: Range<Int>)? {
        let limit = SIMD2(Float(width), Float(height))
        guard low.x < limit.x, low.y < limit.y, high.x > 0, high.y > 0 else { return nil }
        let first = pointwiseMax(low, .zero)
        let last = pointwiseMin(high, limit).rounded(.up)
        return (Int(first.x)..<Int(last.x), Int(first.y)..<Int(last.y))
    }

    private func blend(_ x: Int, _ y: Int, _ colour: Colour, _ opacity: Float) {
        guard opacity > 0 else { return }
        let start = 3 * (y * width + x)
        for channel in 0..<3 {
            let below = Float(pixels[start + channel])
            pixels[start + channel] = UInt8(min(max(below + opacity * (colour[channel] - below), 0), 255))
        }
    }
}
