/// One of MediaPipe's `.task` bundles: a zip archive of uncompressed members, so that models can be read in place (PKWARE's
/// APPNOTE.TXT, 4.3).
struct TaskBundle {
    /// Where each member's bytes are in the archive, by name.
    let members: [String: Range<Int>]

    /// The record at the archive's end: the offsets of the number of members and of their directory's position.
    private enum End {
        static let signature: UInt32 = 0x0605_4B50
        static let bytes = 22
        static let count = 10
        static let directory = 16
        /// A comment may follow.
        static let largestComment = 0xFFFF
    }

    /// A member's entry in the directory: offsets of its fields.
    private enum Entry {
        static let signature: UInt32 = 0x0201_4B50
        static let bytes = 46
        static let method = 10
        static let storedSize = 20
        static let size = 24
        static let nameBytes = 28
        static let extraBytes = 30
        static let commentBytes = 32
        static let header = 42
        static let stored: UInt16 = 0
    }

    /// A member's own header, before its bytes: offsets of its fields.
    private enum Header {
        static let signature: UInt32 = 0x0403_4B50
        static let bytes = 30
        static let nameBytes = 26
        static let extraBytes = 28
    }

    private static let largestCount = 64

    /// Reads an archive's directory.
    ///
    /// - Throws: ``PerceptionError/malformedBundle(path:reason:)``.
    init(_ bytes: [UInt8], path: String) throws(PerceptionError) {
        let reading = Reading(path: path, bytes: bytes)
        let end = try reading.end()
        let count = Int(try reading.integer(at: end + End.count) as UInt16)
        guard count <= Self.largestCount else {
            throw reading.malformed("it has \(count) members, the limit is \(Self.largestCount)")
        }
        var members: [String: Range<Int>] = [:]
        var position = Int(try reading.integer(at: end + End.directory) as UInt32)
        for _ in 0..<count {
            let (name, member, next) = try reading.member(at: position)
            if let member { members[name] = member }
            position = next
        }
        self.members = members
    }

    private struct Reading {
        let path: String
        let bytes: [UInt8]

        func malformed(_ reason: String) -> PerceptionError { .malformedBundle(path: path, reason: reason) }

        func integer<Value: FixedWidthInteger>(at position: Int) throws(PerceptionError) -> Value {
            guard let value: Value = bytes.littleEndian(at: position) else {
                throw malformed("byte \(position) is needed, it has \(bytes.count)")
            }
            return value
        }

        private func length(at position: Int) throws(PerceptionError) -> Int {
            Int(try integer(at: position) as UInt16)
        }

        private func size(at position: Int) throws(PerceptionError) -> Int {
            Int(try integer(at: position) as UInt32)
        }

        /// The position of the record at the end.
        func end() throws(PerceptionError) -> Int {
            let last = bytes.count - End.bytes
            for position in stride(from: last, through: max(0, last - End.largestComment), by: -1)
            where try integer(at: position) as UInt32 == End.signature {
                return position
            }
            throw malformed("it has no directory")
        }

        /// A member's name, its bytes (nil if they are compressed), and the position of the next entry.
        func member(at entry: Int) throws(PerceptionError) -> (name: String, bytes: Range<Int>?, next: Int) {
            guard try integer(at: entry) as UInt32 == Entry.signature else {
                throw malformed("its directory breaks off at byte \(entry)")
            }
            let nameBytes = try length(at: entry + Entry.nameBytes)
            let nameStart = entry + Entry.bytes
            guard nameBytes <= bytes.count - nameStart else {
                throw malformed("a name extends past its end")
            }
            let name = String(decoding: bytes[nameStart..<nameStart + nameBytes], as: UTF8.self)
            let next =
                nameStart + nameBytes + (try length(at: entry + Entry.extraBytes))
                + (try length(at: entry + Entry.commentBytes))
            let method: UInt16 = try integer(at: entry + Entry.method)
            let size = try size(at: entry + Entry.size)
            guard method == Entry.stored, try self.size(at: entry + Entry.storedSize) == size else {
                return (name, nil, next)
            }
            let header = try self.size(at: entry + Entry.header)
            guard try integer(at: header) as UInt32 == Header.signature else {
                throw malformed("member \(name) is not at byte \(header)")
            }
            let start =
                header + Header.bytes + (try length(at: header + Header.nameBytes))
                + (try length(at: header + Header.extraBytes))
            guard size <= bytes.count - start else {
                throw malformed("member \(name) extends past its end")
            }
            return (name, start..<start + size, next)
        }
    }
}
