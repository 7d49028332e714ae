/// Changes to a JPEG's markers.
package enum JPEGEditing {
    /// The JPEG with another size in its frame header, which its data do not have.
    package static func claim(width: Int, height: Int, in jpeg: [UInt8]) -> [UInt8] {
        var changed = jpeg
        guard let start = frameHeader(of: jpeg) else { return jpeg }
        for (offset, value) in [(5, height), (7, width)] {
            changed[start + offset] = UInt8(value >> 8)
            changed[start + offset + 1] = UInt8(value & 0xFF)
        }
        return changed
    }

    /// The JPEG with EXIF's orientation, 1...8, in either byte order.
    package static func orient(_ jpeg: [UInt8], _ orientation: UInt8, isLittleEndian: Bool = false) -> [UInt8]
    {
        let directory: [UInt8] =
            isLittleEndian
            ? [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0]
            : [0x4D, 0x4D, 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0]
        let exif: [UInt8] = [0x45, 0x78, 0x69, 0x66, 0, 0] + directory + [0, 0, 0, 0]
        let marker = [0xFF, 0xE1, 0, UInt8(exif.count + 2)] + exif
        return Array(jpeg[..<2]) + marker + Array(jpeg[2...])
    }

    /// Where the marker of the frame header, baseline or progressive, begins.
    private static func frameHeader(of jpeg: [UInt8]) -> Int? {
        var position = 2
        while position + 9 < jpeg.count, jpeg[position] == 0xFF {
            if [0xC0, 0xC1, 0xC2].contains(jpeg[position + 1]) { return position }
            position += 2 + Int(jpeg[position + 2]) << 8 + Int(jpeg[position + 3])
        }
        return nil
    }
}
