/// A table of a FlatBuffers file. Its fields are named by enumerations of their numbers in the schema.
struct FlatTable {
    let file: FlatBuffer
    private let position: Int
    private let fieldTable: Int
    private let fieldTableBytes: Int

    /// Bytes of an entry of the table of fields; two of them, its own size and the table's, come first.
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

    /// Where a field is; nil where the file leaves it out.
    private func place(_ field: some RawRepresentable<Int>) throws(PerceptionError) -> Int? {
        let entry = (Self.headerEntries + field.rawValue) * Self.entryBytes
        guard entry + Self.entryBytes <= fieldTableBytes else { return nil }
        let offset: UInt16 = try file.integer(at: fieldTable + entry)
        return offset == 0 ? nil : position + Int(offset)
    }

    /// A number that stands in the table itself.
    func integer<Value: FixedWidthInteger>(
        _ field: some RawRepresentable<Int>, default other: Value
    ) throws(PerceptionError) -> Value {
        guard let place = try place(field) else { return other }
        return try file.integer(at: place)
    }

    /// The table that a field leads to.
    func table(_ field: some RawRepresentable<Int>) throws(PerceptionError) -> FlatTable? {
        guard let place = try place(field) else { return nil }
        return try FlatTable(file: file, position: try file.target(at: place))
    }

    /// The tables that a field lists, `limit` at most.
    func tables(_ field: some RawRepresentable<Int>, limit: Int) throws(PerceptionError) -> [FlatTable] {
        guard let range = try bytes(field, elementBytes: FlatBuffer.offsetBytes) else { return [] }
        let count = range.count / FlatBuffer.offsetBytes
        guard count <= limit else { throw file.malformed("it lists \(count) \(field), \(limit) are read") }
        var tables: [FlatTable] = []
        tables.reserveCapacity(count)
        for place in stride(from: range.lowerBound, to: range.upperBound, by: FlatBuffer.offsetBytes) {
            tables.append(try FlatTable(file: file, position: try file.target(at: place)))
        }
        return tables
    }

    /// The integers that a field lists, `limit` at most; none where it is left out.
    func integers<Value: FixedWidthInteger>(
        _ field: some RawRepresentable<Int>, limit: Int
    ) throws(PerceptionError) -> [Value] {
        let size = MemoryLayout<Value>.size
        guard let range = try bytes(field, elementBytes: size) else { return [] }
        guard range.count / size <= limit else {
            throw file.malformed("it lists \(range.count / size) \(field), \(limit) are read")
        }
        return try file.integers(in: range)
    }

    /// The bytes in which a field's list of elements lies; nil where it is left out.
    func bytes(_ field: some RawRepresentable<Int>, elementBytes: Int = 1) throws(PerceptionError) -> Range<
        Int
    >? {
        guard let place = try place(field) else { return nil }
        return try file.vector(at: try file.target(at: place), elementBytes: elementBytes)
    }
}
