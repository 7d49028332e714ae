/// The bytes of a FlatBuffers file, of which nothing is read that does not lie within them.
///
/// The form (flatbuffers.dev, "Internals"): little-endian; offsets of 32 bits, unsigned, from where they stand;
/// a table begins with the signed distance back to its vtable, which says where each field is.
struct FlatBuffer {
    /// The file's path, for errors.
    let path: String
    let bytes: [UInt8]

    /// Bytes of an offset, and of a vector's count.
    static let offsetBytes = 4

    /// What is thrown for a file that contradicts itself.
    func malformed(_ reason: String) -> PerceptionError { .malformedModel(path: path, reason: reason) }

    /// The table at the root of the file, after its identifier was found to be as expected.
    func root(identifier: String) throws(PerceptionError) -> FlatTable {
        let identified = Self.offsetBytes..<2 * Self.offsetBytes
        guard bytes.count >= identified.upperBound, bytes[identified].elementsEqual(identifier.utf8) else {
            throw malformed("it does not say \(identifier) at its beginning")
        }
        return try FlatTable(file: self, position: try target(at: 0))
    }

    /// The integer at a position.
    func integer<Value: FixedWidthInteger>(at position: Int) throws(PerceptionError) -> Value {
        let size = MemoryLayout<Value>.size
        guard position >= 0, position <= bytes.count - size else {
            throw malformed("byte \(position) is needed, it has \(bytes.count)")
        }
        return Value(
            littleEndian: bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: position, as: Value.self) }
        )
    }

    /// Where the offset at a position leads to.
    func target(at position: Int) throws(PerceptionError) -> Int {
        let offset: UInt32 = try integer(at: position)
        return position + Int(offset)
    }

    /// The bytes of the elements of the vector at a position.
    func vector(at position: Int, elementBytes: Int) throws(PerceptionError) -> Range<Int> {
        let count: UInt32 = try integer(at: position)
        let start = position + Self.offsetBytes
        guard Int(count) <= (bytes.count - start) / elementBytes else {
            throw malformed("\(count) elements are said to follow byte \(start), it has \(bytes.count) bytes")
        }
        return start..<start + Int(count) * elementBytes
    }

    /// The integers that fill a range of bytes.
    func integers<Value: FixedWidthInteger>(in range: Range<Int>) throws(PerceptionError) -> [Value] {
        var values: [Value] = []
        values.reserveCapacity(range.count / MemoryLayout<Value>.size)
        for position in stride(from: range.lowerBound, to: range.upperBound, by: MemoryLayout<Value>.size) {
            values.append(try integer(at: position))
        }
        return values
    }
}
