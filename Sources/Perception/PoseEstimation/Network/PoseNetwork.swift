import CXNNPACK
import Foundation

/// A ready network in XNNPACK: owns the runtime, the weights, and the memory of the input and outputs.
///
/// Runs on the caller's thread only, and allocates nothing while it runs. For one thread at a time.
final class PoseNetwork {
    /// The values of the input; fill them before ``run()``.
    let input: UnsafeMutableBufferPointer<Float>
    /// The values of the requested outputs after the last ``run()``.
    let outputs: [UnsafeMutableBufferPointer<Float>]

    private let runtime: xnn_runtime_t
    /// Input, outputs and weights; the runtime reads them as long as it lives.
    private let memory: [FloatMemory]

    /// Builds the network of a plan.
    ///
    /// - Throws: ``PerceptionError/unsupportedProcessor`` or ``PerceptionError/runtime(action:status:)``.
    init(_ plan: NetworkPlan) throws(PerceptionError) {
        try NetworkBuilder.initialize()
        let tensors = plan.model.tensors
        let input = FloatMemory(count: tensors[plan.input].count)
        let outputs = plan.outputs.map { parts in
            FloatMemory(count: parts.reduce(0) { $0 + tensors[$1].count })
        }
        var places: [(tensor: Int, memory: UnsafeMutableRawPointer?)] = [
            (plan.input, UnsafeMutableRawPointer(input.values.baseAddress))
        ]
        for (parts, output) in zip(plan.outputs, outputs) {
            var start = 0
            for part in parts {
                places.append((part, output.values.baseAddress.map { UnsafeMutableRawPointer($0 + start) }))
                start += tensors[part].count
            }
        }
        let weights = plan.weights.mapValues(FloatMemory.init)
        let builder = try NetworkBuilder(plan, external: places.map(\.tensor), weights: weights)
        runtime = try builder.runtime(places.enumerated().map { (UInt32($0.offset), $0.element.memory) })
        memory = [input] + outputs + weights.values
        self.input = input.values
        self.outputs = outputs.map(\.values)
    }

    /// Computes the outputs.
    ///
    /// - Throws: ``PerceptionError/runtime(action:status:)``.
    func run() throws(PerceptionError) {
        try NetworkBuilder.check(xnn_invoke_runtime(runtime), "run a network")
    }

    /// Copies of the outputs for an input; nil if its size is not the network's.
    func outputs(for values: ArraySlice<Float>) throws(PerceptionError) -> [[Float]]? {
        guard values.count == input.count else { return nil }
        _ = input.update(fromContentsOf: values)
        try run()
        return outputs.map(Array.init)
    }

    deinit { xnn_delete_runtime(runtime) }
}

/// Memory for numbers at a fixed address; freed with its owner.
final class FloatMemory {
    /// The numbers. Spare bytes follow them, because the runtime's kernels may read past the end.
    let values: UnsafeMutableBufferPointer<Float>

    /// Room for `count` zeros.
    init(count: Int) {
        let spare = Int(XNN_EXTRA_BYTES) / MemoryLayout<Float>.size
        let room = UnsafeMutableBufferPointer<Float>.allocate(capacity: count + spare)
        room.initialize(repeating: 0)
        values = UnsafeMutableBufferPointer(rebasing: room[..<count])
    }

    convenience init(_ numbers: [Float]) {
        self.init(count: numbers.count)
        _ = values.update(fromContentsOf: numbers)
    }

    deinit { values.baseAddress?.deallocate() }
}

/// Samples a region of an image into the square input of a network, by bilinear interpolation between pixels.
///
/// Everything outside the image is black, and regions larger than the input are not averaged: MediaPipe's
/// ImageToTensorCalculator, with which the networks were trained, does the same.
struct RegionSampling {
    /// Pixels along a side of the input.
    let size: Int
    /// The value of a byte of 0.
    let black: Float
    /// The value of a byte of 255.
    let white: Float

    /// Writes `size` rows of `size` pixels of red, green and blue.
    ///
    /// - Throws: ``PerceptionError/region(_:)`` for a region that is not finite or has no size.
    func fill(
        _ output: UnsafeMutableBufferPointer<Float>, from image: CameraImage, region: PoseRegion
    ) throws(PerceptionError) {
        guard region.isUsable else { throw .region(region) }
        precondition(output.count == 3 * size * size, "an input of \(output.count) values for \(size) pixels")
        // The step between output pixels along a row, in pixels of the image; (-across.y, across.x) down a column.
        let step = region.side / Float(size)
        let across = SIMD2(cos(region.rotation), sin(region.rotation)) * step
        let down = SIMD2(-across.y, across.x)
        // Pixel values hold at pixel centers, in the input and in the image.
        let first = region.center - (across + down) * (Float(size - 1) / 2) - 0.5
        guard image.width > 0, image.height > 0 else { return output.update(repeating: black) }
        image.pixels.withUnsafeBufferPointer { pixels in
            guard let source = pixels.baseAddress, let target = output.baseAddress else { return }
            let picture = Picture(bytes: source, width: image.width, height: image.height)
            for row in 0..<size {
                fillRow(
                    target + 3 * size * row, from: picture, start: first + down * Float(row), across: across)
            }
        }
    }

    /// The pixels of an image.
    private struct Picture {
        let bytes: UnsafePointer<UInt8>
        let width: Int
        let height: Int

        /// Red, green and blue of the pixel at an offset, 21 bits apart: with integer weights whose sum is
        /// ``RegionSampling/one``, one multiplication interpolates all three.
        func pixel(at offset: Int) -> UInt64 {
            let word = UnsafeRawPointer(bytes + offset).loadUnaligned(as: UInt32.self)
            let bytes = UInt64(UInt32(littleEndian: word))
            return (bytes & 0xFF) | (bytes & 0xFF00) << 13 | (bytes & 0xFF_0000) << 26
        }
    }

    /// The sum of the interpolation's weights, and the fractional bits of a place on the image.
    private static let weightBits = 12
    private static let one: UInt64 = 1 << weightBits
    private static let placeBits = 32

    /// A place or a step along an axis in fixed point, so that a row needs no conversion per pixel. Usable regions lie
    /// within about a million pixels, far from overflow.
    private static func place(_ pixels: Float) -> Int64 { Int64(Double(pixels) * Double(1 << placeBits)) }

    private func fillRow(
        _ target: UnsafeMutablePointer<Float>, from picture: Picture, start: SIMD2<Float>,
        across: SIMD2<Float>
    ) {
        let scale = (white - black) / (255 * Float(Self.one))
        let rowBytes = 3 * picture.width
        // One less than the number of pixel pairs, because a load reads one byte beyond its pixel.
        let (endX, endY) = (max(picture.width - 2, 0), max(picture.height - 1, 0))
        let (innerX, innerY) = (UInt64(endX) << Self.placeBits, UInt64(endY) << Self.placeBits)
        var (x, y) = (Self.place(start.x), Self.place(start.y))
        let (stepX, stepY) = (Self.place(across.x), Self.place(across.y))
        var output = target
        for _ in 0..<size {
            // As unsigned numbers, places left of or above the image are large.
            if UInt64(bitPattern: x) < innerX, UInt64(bitPattern: y) < innerY {
                let offset = Int(y >> Self.placeBits) &* rowBytes &+ 3 &* Int(x >> Self.placeBits)
                let right =
                    UInt64(truncatingIfNeeded: x >> (Self.placeBits - Self.weightBits)) & (Self.one &- 1)
                let bottom =
                    UInt64(truncatingIfNeeded: y >> (Self.placeBits - Self.weightBits)) & (Self.one &- 1)
                let both = (right &* bottom) >> Self.weightBits
                let color =
                    picture.pixel(at: offset) &* (Self.one &- right &- bottom &+ both)
                    &+ picture.pixel(at: offset &+ 3) &* (right &- both)
                    &+ picture.pixel(at: offset &+ rowBytes) &* (bottom &- both)
                    &+ picture.pixel(at: offset &+ rowBytes &+ 3) &* both
                output[0] = black + scale * Float(Int32(truncatingIfNeeded: color & 0x1F_FFFF))
                output[1] = black + scale * Float(Int32(truncatingIfNeeded: (color >> 21) & 0x1F_FFFF))
                output[2] = black + scale * Float(Int32(truncatingIfNeeded: color >> 42))
            } else {
                let color = edge(picture, x: x, y: y)
                for channel in 0..<3 { output[channel] = black + (white - black) / 255 * color[channel] }
            }
            output += 3
            x &+= stepX
            y &+= stepY
        }
    }

    /// The color at a place whose four surrounding pixels may be partly outside the image.
    private func edge(_ picture: Picture, x: Int64, y: Int64) -> SIMD3<Float> {
        let (left, top) = (Int(x >> Self.placeBits), Int(y >> Self.placeBits))
        var sum = SIMD3<Float>.zero
        guard -1..<picture.width ~= left, -1..<picture.height ~= top else { return sum }
        let unit = Float(1 << Self.placeBits)
        let right = Float(x - Int64(left) << Self.placeBits) / unit
        let bottom = Float(y - Int64(top) << Self.placeBits) / unit
        for row in max(top, 0)...min(top + 1, picture.height - 1) {
            let rowWeight = row == top ? 1 - bottom : bottom
            for column in max(left, 0)...min(left + 1, picture.width - 1) {
                let weight = rowWeight * (column == left ? 1 - right : right)
                let offset = 3 * (row * picture.width + column)
                for channel in 0..<3 {
                    sum[channel] += weight * Float(picture.bytes[offset + channel])
                }
            }
        }
        return sum
    }
}
