/// One of MediaPipe's `.task` bundles: a zip archive of uncompressed members, so that models can be read in place (PKWARE's
/// APPNOTE.TXT, 4.3).
struct TaskBundle {
    /// Where each member's bytes are in the archive, by name.
    let members: [String: Range<Int>]

    /// The record at the archive's end: the offsets of the number of members and of their directory's position.
    private enum End {
        static let signature = 0x0605_4B50
        static let bytes = 22
        static let count = 10
        static let directory = 16
        /// A comment may follow.
        static let largestComment = 0xFFFF
    }

    /// A member's entry in the directory: offsets of its fields.
    private enum Entry {
        static let signature = 0x0201_4B50
        static let bytes = 46
        static let method = 10
        static let storedSize = 20
        static let size = 24
        static let nameBytes = 28
        static let extraBytes = 30
        static let commentBytes = 32
        static let header = 42
        static let stored = 0
    }

    /// A member's own header, before its bytes: offsets of its fields.
    private enum Header {
        static let signature = 0x0403_4B50
        static let bytes = 30
        static let nameBytes = 26
        static let extraBytes = 28
    }

    private static let largestCount = 64

    /// Reads an archive's directory.
    ///
    /// - Throws: ``PerceptionError/malformedBundle(path:reason:)``.
    init(_ bytes: [UInt8], path: String) throws(PerceptionError) {
        let archive = Archive(path: path, bytes: bytes)
        let end = try archive.end()
        let count = try archive.short(at: end + End.count)
        guard count <= Self.largestCount else {
            throw archive.malformed("it has \(count) members, the limit is \(Self.largestCount)")
        }
        var members: [String: Range<Int>] = [:]
        var position = try archive.long(at: end + End.directory)
        for _ in 0..<count {
            let (name, member, next) = try archive.member(at: position)
            if let member { members[name] = member }
            position = next
        }
        self.members = members
    }

    private struct Archive {
        let path: String
        let bytes: [UInt8]

        func malformed(_ reason: String) -> PerceptionError { .malformedBundle(path: path, reason: reason) }

        /// The number of 16 bits at a position.
        func short(at position: Int) throws(PerceptionError) -> Int { try number(UInt16.self, at: position) }

        /// The number of 32 bits at a position.
        func long(at position: Int) throws(PerceptionError) -> Int { try number(UInt32.self, at: position) }

        private func number<Value: FixedWidthInteger>(
            _ type: Value.Type, at position: Int
        ) throws(PerceptionError) -> Int {
            guard let value: Value = bytes.littleEndian(at: position) else {
                throw malformed("byte \(position) is needed, it has \(bytes.count)")
            }
            return Int(value)
        }

        /// The position of the record at the end.
        func end() throws(PerceptionError) -> Int {
            let last = bytes.count - End.bytes
            for position in stride(from: last, through: max(0, last - End.largestComment), by: -1)
            where try long(at: position) == End.signature { return position }
            throw malformed("it has no directory")
        }

        /// A member's name, its bytes (nil if they are compressed), and the position of the next entry.
        func member(at entry: Int) throws(PerceptionError) -> (name: String, bytes: Range<Int>?, next: Int) {
            guard try long(at: entry) == Entry.signature else {
                throw malformed("its directory breaks off at byte \(entry)")
            }
            let nameStart = entry + Entry.bytes
            let nameEnd = nameStart + (try short(at: entry + Entry.nameBytes))
            guard nameEnd <= bytes.count else { throw malformed("a name extends past its end") }
            let name = String(decoding: bytes[nameStart..<nameEnd], as: UTF8.self)
            let next =
                nameEnd + (try short(at: entry + Entry.extraBytes))
                + (try short(at: entry + Entry.commentBytes))
            let size = try long(at: entry + Entry.size)
            guard try short(at: entry + Entry.method) == Entry.stored,
                try long(at: entry + Entry.storedSize) == size
            else { return (name, nil, next) }
            let header = try long(at: entry + Entry.header)
            guard try long(at: header) == Header.signature else {
                throw malformed("member \(name) is not at byte \(header)")
            }
            let start =
                header + Header.bytes + (try short(at: header + Header.nameBytes))
                + (try short(at: header + Header.extraBytes))
            guard size <= bytes.count - start else { throw malformed("member \(name) extends past its end") }
            return (name, start..<start + size, next)
        }
    }
}
