/// Writes FlatBuffers files: each table behind its vtable, and what it leads to behind the table.
struct FlatBufferWriter {
    /// What a field has.
    indirect enum Value {
        case byte(Int8)
        case integer(Int32)
        case integers([Int32])
        case bytes([UInt8])
        case table([Int: Value])
        case tables([[Int: Value]])
    }

    private var bytes: [UInt8] = []

    /// The file with a table at its root.
    static func file(identifier: String, root: [Int: Value]) -> [UInt8] {
        var writer = FlatBufferWriter()
        writer.append(UInt32(0))
        writer.bytes += Array(identifier.utf8)
        let root = writer.table(root)
        writer.lead(from: 0, to: root)
        return writer.bytes
    }

    private mutating func append(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    private mutating func lead(from place: Int, to target: Int) {
        withUnsafeBytes(of: UInt32(target - place).littleEndian) {
            bytes.replaceSubrange(place..<place + 4, with: $0)
        }
    }

    private mutating func table(_ fields: [Int: Value]) -> Int {
        let numbers = fields.keys.sorted()
        let entries = (numbers.last ?? -1) + 1
        let vtable = bytes.count
        append(UInt16(4 + 2 * entries))
        append(UInt16(4 + 4 * numbers.count))
        for field in 0..<entries {
            let slot = numbers.firstIndex(of: field)
            append(UInt16(slot.map { 4 + 4 * $0 } ?? 0))
        }
        let table = bytes.count
        append(Int32(table - vtable))
        for number in numbers {
            switch fields[number] {
            case .byte(let value): append(Int32(value))
            case .integer(let value): append(value)
            default: append(UInt32(0))
            }
        }
        for (slot, number) in numbers.enumerated() {
            guard let target = fields[number].flatMap({ target($0) }) else { continue }
            lead(from: table + 4 + 4 * slot, to: target)
        }
        return table
    }

    /// Writes what a field leads to; nil for numbers, which are in the table.
    private mutating func target(_ value: Value) -> Int? {
        let start = bytes.count
        switch value {
        case .byte, .integer: return nil
        case .table(let fields): return table(fields)
        case .integers(let values):
            append(UInt32(values.count))
            for value in values { append(value) }
        case .bytes(let values):
            append(UInt32(values.count))
            bytes += values
        case .tables(let tables):
            append(UInt32(tables.count))
            for _ in tables { append(UInt32(0)) }
            for (index, fields) in tables.enumerated() {
                let target = table(fields)
                lead(from: start + 4 + 4 * index, to: target)
            }
        }
        return start
    }
}
