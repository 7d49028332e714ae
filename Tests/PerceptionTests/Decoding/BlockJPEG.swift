/// A gray baseline JPEG of blocks of one level each, in restart intervals of one row of blocks, which a test can damage.
struct BlockJPEG {
    static let columns = 10
    static let rows = 40
    private static let header: [UInt8] = {
        let steps = [UInt8](repeating: 8, count: 64)
        let size = [UInt8((8 * rows) >> 8), UInt8(8 * rows & 0xFF), 0, UInt8(8 * columns)]
        let zeros = [UInt8](repeating: 0, count: 15)
        let parts: [[UInt8]] = [
            [0xFF, 0xD8],
            // All quantization steps are 8, so that a block's mean counts in levels.
            [0xFF, 0xDB, 0, 67, 0], steps,
            [0xFF, 0xC0, 0, 11, 8], size, [1, 1, 0x11, 0],
            // Nine sizes of differences by codes of four bits; the end of a block by one bit.
            [0xFF, 0xC4, 0, 28, 0, 0, 0, 0, 9], Array(zeros.prefix(12)), Array(0...8),
            [0xFF, 0xC4, 0, 20, 0x10, 1], zeros, [0],
        ]
        return parts.flatMap(\.self)
    }()
    private static let scan: [UInt8] = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0]
    private static let end: [UInt8] = [0xFF, 0xD9]

    var header = Self.header
    /// The entropy-coded rows, each after its restart marker; all in one without restart markers.
    var intervals: [(marker: [UInt8], data: [UInt8])]
    var end = Self.end

    init(restarts: Bool = true) {
        let rows = (0..<Self.rows).map { row in (0..<Self.columns).map { Self.level($0, row) } }
        if restarts {
            header += [0xFF, 0xDD, 0, 4, 0, UInt8(Self.columns)]
            intervals = rows.enumerated().map { row, levels in
                (row == 0 ? [] : [0xFF, 0xD0 + UInt8((row - 1) % 8)], Self.encode(levels))
            }
        } else {
            intervals = [([], Self.encode(rows.flatMap(\.self)))]
        }
    }

    var bytes: [UInt8] { header + Self.scan + intervals.flatMap { $0.marker + $0.data } + end }

    /// The level of a block, 40 to 219; neighbors differ.
    static func level(_ column: Int, _ row: Int) -> Int { 40 + (37 * column + 61 * row) % 180 }

    private static func encode(_ levels: [Int]) -> [UInt8] {
        var bits: [Bool] = []
        func append(_ value: Int, _ count: Int) {
            for bit in (0..<count).reversed() { bits.append(value >> bit & 1 == 1) }
        }
        var last = 0
        for level in levels {
            let difference = level - 128 - last
            last = level - 128
            let size = Int.bitWidth - abs(difference).leadingZeroBitCount
            append(size, 4)
            append(difference < 0 ? difference + (1 << size) - 1 : difference, size)
            append(0, 1)
        }
        while bits.count % 8 != 0 { bits.append(true) }
        return stride(from: 0, to: bits.count, by: 8).flatMap { start -> [UInt8] in
            let byte = bits[start..<start + 8].reduce(UInt8(0)) { $0 << 1 | ($1 ? 1 : 0) }
            return byte == 0xFF ? [0xFF, 0] : [byte]
        }
    }
}
