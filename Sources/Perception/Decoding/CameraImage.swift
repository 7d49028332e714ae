/// The decoded pixels of one camera frame: red, green and blue, one byte each.
///
/// Every frame of a camera refills the same image, so steady state allocates nothing.
package struct CameraImage: Sendable {
    /// Pixels from left to right; 0 before the first frame.
    package private(set) var width = 0
    /// Pixels from top to bottom; 0 before the first frame.
    package private(set) var height = 0
    /// How many pixels of the frame as sent one pixel covers along each side: 1, 2, 4 or 8.
    package private(set) var scale = 1
    /// Rows from the top, `3 * width` bytes each. The array may be longer than they need.
    package private(set) var pixels: [UInt8] = []

    package init() {}

    /// Changes the size and hands out the bytes to fill.
    ///
    /// - Parameter fill: receives `3 * width * height` bytes.
    package mutating func fill(
        width: Int, height: Int, scale: Int, _ fill: (UnsafeMutableBufferPointer<UInt8>) -> Void
    ) {
        let count = 3 * width * height
        if pixels.count < count { pixels = [UInt8](repeating: 0, count: count) }
        (self.width, self.height, self.scale) = (width, height, scale)
        pixels.withUnsafeMutableBufferPointer { fill(UnsafeMutableBufferPointer(rebasing: $0[..<count])) }
    }
}

/// An upright rectangle of an image, in pixels from its left and top. It may extend beyond the image.
package struct ImageArea: Equatable, Sendable {
    package var x: Float
    package var y: Float
    package var width: Float
    package var height: Float

    package init(x: Float, y: Float, width: Float, height: Float) {
        (self.x, self.y, self.width, self.height) = (x, y, width, height)
    }

    /// All of an image.
    package init(whole image: CameraImage) {
        self.init(x: 0, y: 0, width: Float(image.width), height: Float(image.height))
    }

    /// The smallest upright square that shares the center and contains the area.
    var square: PoseRegion {
        PoseRegion(center: [x + width / 2, y + height / 2], side: max(width, height))
    }
}
