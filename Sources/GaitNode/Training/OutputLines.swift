/// Cuts what a child writes into lines of bounded length.
struct OutputLines {
    /// Bytes of a line; a longer one is passed over and counted.
    static let maximumBytes = 64 << 10

    private var line: [UInt8] = []
    private var isTooLong = false
    /// Lines that were too long.
    private(set) var tooLong = 0

    /// Takes in bytes, and hands out the lines that they complete, without their ends.
    mutating func append(_ bytes: some Sequence<UInt8>, _ use: ([UInt8]) -> Void) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                if isTooLong { tooLong += 1 } else if !line.isEmpty { use(line) }
                line.removeAll(keepingCapacity: true)
                isTooLong = false
            } else if line.count < Self.maximumBytes {
                line.append(byte)
            } else {
                isTooLong = true
            }
        }
    }
}
