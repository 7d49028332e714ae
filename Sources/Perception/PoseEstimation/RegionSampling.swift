import Foundation

/// Fills the square input of a network with what is under a region of an image, by bilinear interpolation between pixels.
///
/// What is outside the image is black, and no average is taken where the region is larger than the input: as MediaPipe's
/// ImageToTensorCalculator does it, with which the networks were trained.
struct RegionSampling {
    /// Pixels along a side of the input.
    let size: Int
    /// What a byte of 0 becomes.
    let black: Float
    /// What a byte of 255 becomes.
    let white: Float

    /// Writes `size` rows of `size` pixels of red, green and blue.
    ///
    /// - Throws: ``PerceptionError/region(_:)`` for a region that is not finite or has no size.
    func fill(
        _ output: UnsafeMutableBufferPointer<Float>, from image: CameraImage, region: PoseRegion
    ) throws(PerceptionError) {
        guard region.isUsable else { throw .region(region) }
        precondition(output.count == 3 * size * size, "an input of \(output.count) values for \(size) pixels")
        // From one output pixel to the next along a row, in pixels of the image; (-across.y, across.x) down a column.
        let step = region.side / Float(size)
        let across = SIMD2(cos(region.rotation), sin(region.rotation)) * step
        let down = SIMD2(-across.y, across.x)
        // Pixels' values hold at their middles, here as in the image.
        let first = region.centre - (across + down) * (Float(size - 1) / 2) - 0.5
        let scale = (white - black) / 255
        image.pixels.withUnsafeBufferPointer { pixels in
            guard let source = pixels.baseAddress, var target = output.baseAddress else { return }
            for row in 0..<size {
                fillRow(
                    &target, from: source, image: image, start: first + down * Float(row), across: across,
                    scale: scale)
            }
        }
    }

    private func fillRow(
        _ target: inout UnsafeMutablePointer<Float>, from source: UnsafePointer<UInt8>, image: CameraImage,
        start: SIMD2<Float>, across: SIMD2<Float>, scale: Float
    ) {
        let (width, height) = (image.width, image.height)
        let (lastX, lastY) = (Float(width - 1), Float(height - 1))
        let rowBytes = 3 * width
        for column in 0..<size {
            let x = start.x + across.x * Float(column)
            let y = start.y + across.y * Float(column)
            if x >= 0, y >= 0, x < lastX, y < lastY {
                let (left, top) = (Int(x), Int(y))
                let (right, bottom) = (x - Float(left), y - Float(top))
                let upper = source + top * rowBytes + 3 * left
                let lower = upper + rowBytes
                for channel in 0..<3 {
                    let above = Float(upper[channel]) * (1 - right) + Float(upper[channel + 3]) * right
                    let below = Float(lower[channel]) * (1 - right) + Float(lower[channel + 3]) * right
                    target[channel] = black + scale * (above * (1 - bottom) + below * bottom)
                }
            } else if x > -1, y > -1, x < lastX + 1, y < lastY + 1 {
                for channel in 0..<3 {
                    target[channel] = black + scale * edge(source + channel, width, height, x: x, y: y)
                }
            } else {
                for channel in 0..<3 { target[channel] = black }
            }
            target += 3
        }
    }

    /// A channel's value at a point of which some of the four pixels around are outside the image.
    private func edge(_ channel: UnsafePointer<UInt8>, _ width: Int, _ height: Int, x: Float, y: Float)
        -> Float
    {
        let (left, top) = (Int(x.rounded(.down)), Int(y.rounded(.down)))
        var sum: Float = 0
        for row in top...top + 1 where row >= 0 && row < height {
            for column in left...left + 1 where column >= 0 && column < width {
                let weight = (1 - abs(x - Float(column))) * (1 - abs(y - Float(row)))
                sum += weight * Float(channel[3 * (row * width + column)])
            }
        }
        return sum
    }
}
