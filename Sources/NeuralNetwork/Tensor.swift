/// The shape of an activation inside the network: `[C, N, V, T]`, frames innermost.
///
/// Channels come first so that a 1x1 convolution of a whole batch is one matrix product; frames come last so
/// that the Fourier transform over time is one too, and the sparse graph product runs along contiguous
/// frames.
package struct Shape: Equatable, Sendable {
    package var channels: Int
    package var batch: Int
    package var joints: Int
    package var frames: Int

    /// A shape; a tensor of plain features `[C, N]` has one joint and one frame.
    package init(channels: Int, batch: Int, joints: Int = 1, frames: Int = 1) {
        (self.channels, self.batch, self.joints, self.frames) = (channels, batch, joints, frames)
    }

    /// Values per channel: batch x joints x frames.
    package var columns: Int { batch * joints * frames }

    /// All values.
    package var count: Int { channels * columns }

    /// The same shape with another number of channels.
    package func with(channels: Int) -> Shape {
        Shape(channels: channels, batch: batch, joints: joints, frames: frames)
    }

    /// The same shape with another number of frames.
    package func with(frames: Int) -> Shape {
        Shape(channels: channels, batch: batch, joints: joints, frames: frames)
    }
}

/// A dense Float32 array `[C, N, V, T]`, row major. It owns its storage and keeps it when it shrinks.
///
/// Layers own their outputs and gradients as tensors, so that a training step or an inference of a batch size
/// seen before allocates nothing.
package final class Tensor {
    /// The present shape.
    package private(set) var shape: Shape
    /// The values; valid as long as the tensor is, until the next ``reshape(to:)`` that needs more room.
    private(set) var base: UnsafeMutablePointer<Float>
    private var capacity: Int

    /// A tensor of zeros.
    package init(_ shape: Shape = Shape(channels: 0, batch: 0)) {
        self.shape = shape
        capacity = max(shape.count, 1)
        base = Self.allocate(capacity)
    }

    deinit { base.deallocate() }

    /// Gives the tensor another shape. Its values are undefined afterward.
    package func reshape(to shape: Shape) {
        self.shape = shape
        guard shape.count > capacity else { return }
        base.deallocate()
        capacity = shape.count
        base = Self.allocate(capacity)
    }

    /// The value at `[c, n, v, t]`.
    package subscript(channel: Int, batch: Int, joint: Int, frame: Int) -> Float {
        get { base[offset(channel, batch, joint, frame)] }
        set { base[offset(channel, batch, joint, frame)] = newValue }
    }

    /// All values in storage order.
    package var values: [Float] {
        Array(UnsafeBufferPointer(start: base, count: shape.count))
    }

    /// Takes over as many values as the shape has, in storage order.
    package func copy(from values: [Float]) {
        precondition(values.count == shape.count, "\(values.count) values for \(shape.count) places")
        values.withUnsafeBufferPointer { source in
            if let start = source.baseAddress { base.update(from: start, count: source.count) }
        }
    }

    /// Calls `body` with the values for reading and writing.
    package func withValues<Result>(_ body: (UnsafeMutableBufferPointer<Float>) throws -> Result) rethrows
        -> Result
    {
        try body(UnsafeMutableBufferPointer(start: base, count: shape.count))
    }

    private func offset(_ channel: Int, _ batch: Int, _ joint: Int, _ frame: Int) -> Int {
        ((channel * shape.batch + batch) * shape.joints + joint) * shape.frames + frame
    }

    private static func allocate(_ count: Int) -> UnsafeMutablePointer<Float> {
        let bytes = count * MemoryLayout<Float>.stride
        let raw = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 64)
        let base = raw.bindMemory(to: Float.self, capacity: count)
        base.initialize(repeating: 0, count: count)
        return base
    }
}

extension Tensor {
    /// Adds another tensor of the same shape.
    package func add(_ other: Tensor) {
        precondition(shape == other.shape, "\(other.shape) added to \(shape)")
        Vector.add(other.base, into: base, count: shape.count)
    }

    /// Adds a number to each channel.
    func add(bias: UnsafePointer<Float>) {
        for channel in 0..<shape.channels {
            let row = base + channel * shape.columns
            Vector.affine(row, scale: 1, shift: bias[channel], into: row, count: shape.columns)
        }
    }

    /// Adds the sum of each channel to `sums`: the transpose of ``add(bias:)``.
    func sumChannels(into sums: UnsafeMutablePointer<Float>) {
        for channel in 0..<shape.channels {
            sums[channel] += Vector.sum(base + channel * shape.columns, count: shape.columns)
        }
    }

    /// Takes over another tensor's shape and values.
    package func copy(from other: Tensor) {
        reshape(to: other.shape)
        base.update(from: other.base, count: shape.count)
    }

    /// Takes over values given as `[N, C, T, V]`, the order in which gaits are exchanged.
    package func copy(fromBatchMajor values: [Float]) {
        precondition(values.count == shape.count, "\(values.count) values for \(shape.count) places")
        for (place, value) in zip(batchMajorOffsets, values) { base[place] = value }
    }

    /// The values as `[N, C, T, V]`.
    package var batchMajorValues: [Float] { batchMajorOffsets.map { base[$0] } }

    /// Where the values lie, in the order `[N, C, T, V]`.
    private var batchMajorOffsets: [Int] {
        (0..<shape.count).map { index in
            let (rest, joint) = index.quotientAndRemainder(dividingBy: shape.joints)
            let (row, frame) = rest.quotientAndRemainder(dividingBy: shape.frames)
            return offset(row % shape.channels, row / shape.channels, joint, frame)
        }
    }

    /// Becomes the channels of one tensor followed by those of another.
    package func concatenate(_ first: Tensor, _ second: Tensor) {
        precondition(first.shape.columns == second.shape.columns, "\(second.shape) after \(first.shape)")
        reshape(to: first.shape.with(channels: first.shape.channels + second.shape.channels))
        base.update(from: first.base, count: first.shape.count)
        (base + first.shape.count).update(from: second.base, count: second.shape.count)
    }

    /// Becomes the last channels of another tensor.
    package func copyTrailingChannels(of other: Tensor, count: Int) {
        reshape(to: other.shape.with(channels: count))
        base.update(from: other.base + (other.shape.count - shape.count), count: shape.count)
    }

    /// Becomes the first channels of another tensor.
    package func copyLeadingChannels(of other: Tensor, count: Int) {
        reshape(to: other.shape.with(channels: count))
        base.update(from: other.base, count: shape.count)
    }
}

extension Tensor {
    /// `output[c, n, v, t] = scale[v * C + c] * self[c, n, v, t] + shift[v * C + c]`: the input's normalization.
    package func affine(scale: [Float], shift: [Float], channelsPerJoint: Int, into output: Tensor) {
        for channel in 0..<shape.channels {
            for row in 0..<shape.batch * shape.joints {
                let place = (channel * shape.batch * shape.joints + row) * shape.frames
                let index = row % shape.joints * channelsPerJoint + channel
                Vector.affine(
                    base + place, scale: scale[index], shift: shift[index], into: output.base + place,
                    count: shape.frames)
            }
        }
    }
}
