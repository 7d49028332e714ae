import CXNNPACK

/// Memory for numbers whose address never changes; freed with its owner.
final class FloatMemory {
    /// The numbers. Behind them are more bytes, which the runtime's kernels may read.
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
