/// Writes zip archives.
enum TestArchive {
    /// An archive of members, stored as they are whatever it says of their compression.
    static func archive(_ members: [(name: String, text: String, isCompressed: Bool)]) -> [UInt8] {
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        for member in members {
            let common =
                word(20) + word(0) + word(member.isCompressed ? 8 : 0) + long(0) + long(0)
                + long(member.text.utf8.count) + long(member.text.utf8.count) + word(member.name.utf8.count)
            directory +=
                long(0x0201_4B50) + word(20) + common + word(0) + word(0) + word(0) + word(0) + long(0)
                + long(bytes.count) + Array(member.name.utf8)
            bytes += long(0x0403_4B50) + common + word(0) + Array(member.name.utf8) + Array(member.text.utf8)
        }
        let start = bytes.count
        return bytes + directory + long(0x0605_4B50) + word(0) + word(0) + word(members.count)
            + word(members.count) + long(directory.count) + long(start) + word(0)
    }

    private static func word(_ value: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt16(value).littleEndian, Array.init)
    }

    private static func long(_ value: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt32(value).littleEndian, Array.init)
    }
}
