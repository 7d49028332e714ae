extension [UInt8] {
    /// The little-endian integer at a position; nil if it is not entirely within the bytes.
    func littleEndian<Value: FixedWidthInteger>(at position: Int) -> Value? {
        guard position >= 0, position <= count - MemoryLayout<Value>.size else { return nil }
        return Value(
            littleEndian: withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: Value.self) })
    }
}

/// The bytes of a FlatBuffers file. Every read stays within them.
///
/// The format (flatbuffers.dev, "Internals"): little-endian; offsets of 32 bits, unsigned, relative to their own position;
/// a table begins with the signed distance back to its vtable, which locates each field.
struct FlatBuffer {
    /// The file's path, for errors.
    let path: String
    let bytes: [UInt8]

    /// Bytes of an offset, and of a vector's count.
    static let offsetBytes = 4

    /// The error for a file that contradicts itself.
    func malformed(_ reason: String) -> PerceptionError { .malformedModel(path: path, reason: reason) }

    /// The error for a network that cannot run here.
    func unsupported(_ reason: String) -> PerceptionError { .unsupportedModel(path: path, reason: reason) }

    /// The table at the root of the file, once the file's identifier matches.
    func root(identifier: String) throws(PerceptionError) -> FlatTable {
        let identified = Self.offsetBytes..<2 * Self.offsetBytes
        guard bytes.count >= identified.upperBound, bytes[identified].elementsEqual(identifier.utf8) else {
            throw malformed("it does not start with \(identifier)")
        }
        return try FlatTable(file: self, position: try target(at: 0))
    }

    func integer<Value: FixedWidthInteger>(at position: Int) throws(PerceptionError) -> Value {
        guard let value: Value = bytes.littleEndian(at: position) else {
            throw malformed("byte \(position) is needed, it has \(bytes.count)")
        }
        return value
    }

    /// Where the offset at a position leads.
    func target(at position: Int) throws(PerceptionError) -> Int {
        let offset: UInt32 = try integer(at: position)
        return position + Int(offset)
    }

    /// The bytes of the elements of the vector at a position.
    func vector(at position: Int, elementBytes: Int) throws(PerceptionError) -> Range<Int> {
        let count: UInt32 = try integer(at: position)
        let start = position + Self.offsetBytes
        guard Int(count) <= (bytes.count - start) / elementBytes else {
            throw malformed("byte \(start) announces \(count) elements, it has \(bytes.count) bytes")
        }
        return start..<start + Int(count) * elementBytes
    }

    /// The integers that fill a range of bytes.
    func integers<Value: FixedWidthInteger>(in range: Range<Int>) throws(PerceptionError) -> [Value] {
        try stride(from: range.lowerBound, to: range.upperBound, by: MemoryLayout<Value>.size)
            .map { position throws(PerceptionError) in try integer(at: position) }
    }
}

/// A table of a FlatBuffers file. Enumerations of the schema's field numbers name its fields.
struct FlatTable {
    let file: FlatBuffer
    private let position: Int
    private let fieldTable: Int
    private let fieldTableBytes: Int

    /// Bytes of an entry of the vtable; its own size and the table's take the first two.
    private static let entryBytes = 2
    private static let headerEntries = 2

    init(file: FlatBuffer, position: Int) throws(PerceptionError) {
        (self.file, self.position) = (file, position)
        let distance: Int32 = try file.integer(at: position)
        fieldTable = position - Int(distance)
        let size: UInt16 = try file.integer(at: fieldTable)
        fieldTableBytes = Int(size)
        guard fieldTableBytes >= Self.headerEntries * Self.entryBytes else {
            throw file.malformed("the table at byte \(position) has a list of fields of \(size) bytes")
        }
    }

    /// Where a field is; nil if the file omits it.
    private func place(_ field: some RawRepresentable<Int>) throws(PerceptionError) -> Int? {
        let entry = (Self.headerEntries + field.rawValue) * Self.entryBytes
        guard entry + Self.entryBytes <= fieldTableBytes else { return nil }
        let offset: UInt16 = try file.integer(at: fieldTable + entry)
        return offset == 0 ? nil : position + Int(offset)
    }

    /// A number stored in the table itself.
    func integer<Value: FixedWidthInteger>(
        _ field: some RawRepresentable<Int>, default other: Value
    ) throws(PerceptionError) -> Value {
        guard let place = try place(field) else { return other }
        return try file.integer(at: place)
    }

    func table(_ field: some RawRepresentable<Int>) throws(PerceptionError) -> FlatTable? {
        guard let place = try place(field) else { return nil }
        return try FlatTable(file: file, position: try file.target(at: place))
    }

    /// The tables that a field lists, `limit` at most.
    func tables(_ field: some RawRepresentable<Int>, limit: Int) throws(PerceptionError) -> [FlatTable] {
        let range = try elements(field, bytesEach: FlatBuffer.offsetBytes, limit: limit)
        return try stride(from: range.lowerBound, to: range.upperBound, by: FlatBuffer.offsetBytes)
            .map { place throws(PerceptionError) in
                try FlatTable(file: file, position: try file.target(at: place))
            }
    }

    /// The integers that a field lists, `limit` at most; none if the file omits it.
    func integers<Value: FixedWidthInteger>(
        _ field: some RawRepresentable<Int>, limit: Int
    ) throws(PerceptionError) -> [Value] {
        try file.integers(in: try elements(field, bytesEach: MemoryLayout<Value>.size, limit: limit))
    }

    /// The bytes of a field's list of bytes; empty if the file omits it.
    func bytes(_ field: some RawRepresentable<Int>) throws(PerceptionError) -> Range<Int> {
        try elements(field, bytesEach: 1, limit: .max)
    }

    private func elements(
        _ field: some RawRepresentable<Int>, bytesEach: Int, limit: Int
    ) throws(PerceptionError) -> Range<Int> {
        guard let place = try place(field) else { return 0..<0 }
        let range = try file.vector(at: try file.target(at: place), elementBytes: bytesEach)
        guard range.count / bytesEach <= limit else {
            throw file.malformed("it lists \(range.count / bytesEach) \(field), the limit is \(limit)")
        }
        return range
    }
}
