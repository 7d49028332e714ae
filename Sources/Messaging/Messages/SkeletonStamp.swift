/// Finds and moves the stamp of a skeleton message in its payload, and leaves every other byte as it is.
package struct SkeletonStamp {
    private var scanner = JSONScanner()

    package init() {}

    /// The stamp in seconds and the bytes of its number; nil where the payload is not JSON, or has no such number.
    package mutating func find(in payload: [UInt8]) -> (seconds: Double, bytes: Range<Int>)? {
        do throws(SkeletonRejection) { return try scan(payload) } catch { return nil }
    }

    /// Adds seconds to the stamp. A payload without one stays as it is.
    package mutating func move(_ payload: inout [UInt8], by seconds: Double) {
        guard let stamp = find(in: payload) else { return }
        // To the microsecond, which a Double holds until the year 2255.
        let moved = ((stamp.seconds + seconds) * 1e6).rounded() / 1e6
        payload.replaceSubrange(stamp.bytes, with: Array("\(moved)".utf8))
    }

    private mutating func scan(
        _ payload: [UInt8]
    ) throws(SkeletonRejection) -> (seconds: Double, bytes: Range<Int>)? {
        let bytes = payload.span
        scanner.reset()
        try scanner.open(UInt8(ascii: "{"), bytes)
        var first = true
        while try scanner.next(first: &first, closing: UInt8(ascii: "}"), bytes) {
            try scanner.name(bytes)
            let isStamp = scanner.shortText == SkeletonFields.Name.stamp.rawValue
            let kind = scanner.peek(bytes)
            let start = scanner.position
            if isStamp, kind == UInt8(ascii: "-") || (0x30...0x39).contains(kind) {
                let seconds = try scanner.number(bytes)
                return (seconds, start..<scanner.position)
            }
            try scanner.skipValue(bytes)
        }
        return nil
    }
}
