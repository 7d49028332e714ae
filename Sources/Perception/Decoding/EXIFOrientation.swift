/// How to turn a stored image upright, from EXIF's tag 0x0112 (JEITA CP-3451, 4.6.4 A).
///
/// Read here rather than by libjpeg, which would copy every one of a hostile file's many markers.
package enum EXIFOrientation: Int, Sendable {
    /// The stored image needs a turn clockwise with `clockwise`, and back with `counterclockwise`.
    case upright = 1
    case mirrored, upsideDown, mirroredUpsideDown, mirroredCounterclockwise, clockwise, mirroredClockwise
    case counterclockwise

    /// Whether width and height trade places.
    package var swapsSides: Bool { rawValue >= 5 }

    /// Reads a JPEG's markers up to its first scan; upright if they hold no valid orientation.
    package init(of jpeg: Span<UInt8>) {
        var reader = NumberReader(position: 2, end: jpeg.count)
        self = .upright
        while reader.byte(jpeg) == 0xFF {
            var marker = reader.byte(jpeg)
            // Bytes of 0xFF may pad the space before a marker.
            while marker == 0xFF { marker = reader.byte(jpeg) }
            // The first scan, or a marker that occurs only in image data: no header follows.
            guard let marker, marker != 0xDA, marker >= 0xC0, !(0xD0...0xD9).contains(marker) else { return }
            let start = reader.position
            guard let length = reader.short(jpeg), length >= 2 else { return }
            if marker == 0xE1, let found = Self.find(in: jpeg, from: start + 2, to: start + length) {
                self = found
                return
            }
            reader.position = start + length
        }
    }

    /// Reads the tag from one application marker's data; nil if that is not EXIF or lacks the tag.
    private static func find(in jpeg: Span<UInt8>, from start: Int, to end: Int) -> EXIFOrientation? {
        guard end <= jpeg.count else { return nil }
        var reader = NumberReader(position: start, end: end)
        // "Exif" and two zeros.
        guard reader.long(jpeg) == 0x4578_6966, reader.short(jpeg) == 0 else { return nil }
        let base = reader.position
        switch reader.short(jpeg) {
        case 0x4949: reader.isLittleEndian = true
        case 0x4D4D: break
        default: return nil
        }
        guard reader.short(jpeg) == 42, let directory = reader.long(jpeg) else { return nil }
        reader.position = base + directory
        guard let count = reader.short(jpeg) else { return nil }
        for entry in 0..<count {
            reader.position = base + directory + 2 + 12 * entry
            // Tag, type (3 for a short), count, value.
            guard let tag = reader.short(jpeg) else { return nil }
            guard tag == 0x0112 else { continue }
            guard reader.short(jpeg) == 3, reader.long(jpeg) == 1, let value = reader.short(jpeg) else {
                return nil
            }
            return EXIFOrientation(rawValue: value)
        }
        return nil
    }
}

/// Reads consecutive numbers; nil past the end.
private struct NumberReader {
    var position: Int
    let end: Int
    var isLittleEndian = false

    mutating func byte(_ bytes: Span<UInt8>) -> Int? {
        guard position < end else { return nil }
        defer { position += 1 }
        return Int(bytes[position])
    }

    mutating func short(_ bytes: Span<UInt8>) -> Int? {
        guard let first = byte(bytes), let second = byte(bytes) else { return nil }
        return isLittleEndian ? second << 8 | first : first << 8 | second
    }

    mutating func long(_ bytes: Span<UInt8>) -> Int? {
        guard let first = short(bytes), let second = short(bytes) else { return nil }
        return isLittleEndian ? second << 16 | first : first << 16 | second
    }
}
