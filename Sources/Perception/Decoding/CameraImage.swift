/// The pixels of one camera frame, as they come out of the decoder: red, green and blue, a byte each.
///
/// Made once a camera and filled again by every frame, so that nothing is allocated from frame to frame.
package struct CameraImage: Sendable {
    /// Pixels from left to right; 0 before the first frame.
    package private(set) var width = 0
    /// Pixels from top to bottom; 0 before the first frame.
    package private(set) var height = 0
    /// Pixels of the frame as it was sent that one of these stands for, along each side: 1, 2, 4 or 8.
    package private(set) var scale = 1
    /// Rows from the top, each `3 * width` bytes; may be longer than these need.
    package private(set) var pixels: [UInt8] = []

    package init() {}

    /// Takes another size, and hands out the bytes to be filled.
    ///
    /// - Parameter fill: gets `3 * width * height` bytes.
    package mutating func fill<Failure: Error>(
        width: Int, height: Int, scale: Int,
        _ fill: (UnsafeMutableBufferPointer<UInt8>) throws(Failure) -> Void
    ) throws(Failure) {
        let count = 3 * width * height
        if pixels.count < count { pixels = [UInt8](repeating: 0, count: count) }
        (self.width, self.height, self.scale) = (width, height, scale)
        var failure: Failure?
        pixels.withUnsafeMutableBufferPointer { buffer in
            do throws(Failure) {
                try fill(UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            } catch { failure = error }
        }
        if let failure { throw failure }
    }
}
