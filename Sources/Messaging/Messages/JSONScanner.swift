import Glibc

/// Reads JSON (RFC 8259) in one pass without allocating: the caller asks for what it expects and skips the rest, and
/// everything is checked.
///
/// Each call takes the payload as a `Span`, whose bounds are checked, so that no payload can make it read beyond the
/// end. After an error the scanner is unusable until the next ``reset()``.
struct JSONScanner {
    /// Levels of nesting; a payload of brackets must not exhaust the stack.
    static let maximumDepth = 32
    /// Bytes of a string that `text` keeps.
    static let maximumTextBytes = 256

    /// The next byte to read.
    var position = 0
    private var depth = 0
    /// Whether no element of the innermost array or object has been read.
    private var isAtFirst = false
    /// The last string scanned, unquoted and unescaped, cut off after `maximumTextBytes`.
    private(set) var text: [UInt8] = []
    /// Whether the last string had more bytes than `text` holds.
    private(set) var textIsCut = false

    init() {
        text.reserveCapacity(Self.maximumTextBytes)
    }

    /// Starts a new payload.
    mutating func reset() {
        position = 0
        depth = 0
    }

    // MARK: - Structure

    /// The next byte that is not white space, without taking it; 0, which starts no value, at the end.
    mutating func peek(_ bytes: Span<UInt8>) -> UInt8 {
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case 0x20, 0x0A, 0x0D, 0x09: position += 1
            default: return byte
            }
        }
        return 0
    }

    /// Passes over the byte order mark with which some editors and libraries begin a text; to be called first.
    mutating func skipByteOrderMark(_ bytes: Span<UInt8>) {
        if bytes.count >= 3, bytes[0] == 0xEF, bytes[1] == 0xBB, bytes[2] == 0xBF { position = 3 }
    }

    /// Takes the next byte, which must be this one.
    mutating func take(_ byte: UInt8, _ bytes: Span<UInt8>) throws(SkeletonRejection) {
        guard peek(bytes) == byte else { throw malformed() }
        position += 1
    }

    /// Throws unless only white space is left.
    mutating func takeEnd(_ bytes: Span<UInt8>) throws(SkeletonRejection) {
        _ = peek(bytes)
        guard position == bytes.count else { throw malformed() }
    }

    /// Takes `[` or `{`.
    mutating func open(_ bracket: UInt8, _ bytes: Span<UInt8>) throws(SkeletonRejection) {
        try take(bracket, bytes)
        depth += 1
        isAtFirst = true
        guard depth <= Self.maximumDepth else { throw SkeletonRejection(.nestedTooDeeply, at: position) }
    }

    /// Steps over the comma to the next element of the array or object that `closing` ends, or out of it.
    /// Returns whether there is an element.
    mutating func next(closing: UInt8, _ bytes: Span<UInt8>) throws(SkeletonRejection) -> Bool {
        let isFirst = isAtFirst
        // What holds an array or object that ends here has an element, this one.
        isAtFirst = false
        let byte = peek(bytes)
        if byte == closing {
            position += 1
            depth -= 1
            return false
        }
        if !isFirst {
            guard byte == UInt8(ascii: ",") else { throw malformed() }
            position += 1
            guard peek(bytes) != closing else { throw malformed() }
        }
        return true
    }

    /// Takes an object's next name, left in `text`, with its colon, or steps out of the object. Returns whether
    /// there is a name.
    mutating func nextName(_ bytes: Span<UInt8>) throws(SkeletonRejection) -> Bool {
        guard try next(closing: UInt8(ascii: "}"), bytes) else { return false }
        try string(bytes)
        try take(UInt8(ascii: ":"), bytes)
        return true
    }

    /// Takes `null`, `true` or `false`.
    mutating func literal(_ word: StaticString, _ bytes: Span<UInt8>) throws(SkeletonRejection) {
        let start = position
        guard start + word.utf8CodeUnitCount <= bytes.count else { throw malformed() }
        for offset in 0..<word.utf8CodeUnitCount where bytes[start + offset] != word.utf8Start[offset] {
            throw malformed()
        }
        position += word.utf8CodeUnitCount
    }

    /// Checks and skips one value of any kind.
    mutating func skipValue(_ bytes: Span<UInt8>) throws(SkeletonRejection) {
        switch peek(bytes) {
        case UInt8(ascii: "{"):
            try open(UInt8(ascii: "{"), bytes)
            while try nextName(bytes) { try skipValue(bytes) }
        case UInt8(ascii: "["):
            try open(UInt8(ascii: "["), bytes)
            while try next(closing: UInt8(ascii: "]"), bytes) { try skipValue(bytes) }
        case UInt8(ascii: "\""): try string(bytes)
        case UInt8(ascii: "t"): try literal("true", bytes)
        case UInt8(ascii: "f"): try literal("false", bytes)
        case UInt8(ascii: "n"): try literal("null", bytes)
        default: _ = try number(bytes)
        }
    }

    func malformed() -> SkeletonRejection {
        SkeletonRejection(.malformedJSON, at: position)
    }

    // MARK: - Strings

    /// `text` if it fits a Swift string without an allocation, as all names of the protocol do.
    var shortText: String? {
        guard text.count <= 15, !textIsCut else { return nil }
        return String(decoding: text, as: UTF8.self)
    }

    /// Takes a string, left in `text`.
    mutating func string(_ bytes: Span<UInt8>) throws(SkeletonRejection) {
        try take(UInt8(ascii: "\""), bytes)
        text.removeAll(keepingCapacity: true)
        textIsCut = false
        while position < bytes.count {
            let byte = bytes[position]
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"):
                position += 1
                try escape(bytes)
            case 0x20..<0x80:
                position += 1
                keep(byte)
            case 0x80...:
                try character(startingWith: byte, bytes)
            default:
                // A control character must be escaped.
                throw malformed()
            }
        }
        throw malformed()
    }

    private mutating func keep(_ byte: UInt8) {
        if text.count < Self.maximumTextBytes { text.append(byte) } else { textIsCut = true }
    }

    /// Takes a character of two to four bytes by Unicode 16, table 3-7, which excludes surrogates, overlong forms
    /// and everything beyond U+10FFFF.
    private mutating func character(
        startingWith lead: UInt8, _ bytes: Span<UInt8>
    ) throws(SkeletonRejection) {
        let (count, second): (Int, ClosedRange<UInt8>)
        switch lead {
        case 0xC2...0xDF: (count, second) = (2, 0x80...0xBF)
        case 0xE0: (count, second) = (3, 0xA0...0xBF)
        case 0xED: (count, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (count, second) = (3, 0x80...0xBF)
        case 0xF0: (count, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (count, second) = (4, 0x80...0xBF)
        case 0xF4: (count, second) = (4, 0x80...0x8F)
        default: throw malformed()
        }
        guard position + count <= bytes.count, second.contains(bytes[position + 1]) else { throw malformed() }
        for offset in 2..<max(2, count) where bytes[position + offset] & 0xC0 != 0x80 { throw malformed() }
        for offset in 0..<count { keep(bytes[position + offset]) }
        position += count
    }

    /// Takes the rest of an escape, after its backslash.
    private mutating func escape(_ bytes: Span<UInt8>) throws(SkeletonRejection) {
        guard position < bytes.count else { throw malformed() }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): keep(byte)
        case UInt8(ascii: "b"): keep(0x08)
        case UInt8(ascii: "f"): keep(0x0C)
        case UInt8(ascii: "n"): keep(0x0A)
        case UInt8(ascii: "r"): keep(0x0D)
        case UInt8(ascii: "t"): keep(0x09)
        case UInt8(ascii: "u"): try keep(escapedScalar(bytes))
        default: throw malformed()
        }
    }

    /// Takes four hexadecimal digits, or two such escapes that are a surrogate pair.
    private mutating func escapedScalar(_ bytes: Span<UInt8>) throws(SkeletonRejection) -> Unicode.Scalar {
        var value = try hexadecimal(bytes)
        if (0xD800..<0xDC00).contains(value) {
            guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u")
            else { throw malformed() }
            position += 2
            let low = try hexadecimal(bytes)
            guard (0xDC00..<0xE000).contains(low) else { throw malformed() }
            value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
        }
        // Half a surrogate pair is not a character.
        guard let scalar = Unicode.Scalar(value) else { throw malformed() }
        return scalar
    }

    private mutating func hexadecimal(_ bytes: Span<UInt8>) throws(SkeletonRejection) -> UInt32 {
        guard position + 4 <= bytes.count else { throw malformed() }
        var value: UInt32 = 0
        for _ in 0..<4 {
            let byte = bytes[position]
            let digit: UInt8
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = byte - UInt8(ascii: "A") + 10
            default: throw malformed()
            }
            value = value << 4 | UInt32(digit)
            position += 1
        }
        return value
    }

    private mutating func keep(_ scalar: Unicode.Scalar) {
        for byte in scalar.utf8 { keep(byte) }
    }

    // MARK: - Numbers

    /// Takes a number of the JSON grammar: the nearest Double for up to 15 digits and powers of ten up to 22, otherwise
    /// within 4 units in the last place. Infinite if it is too large for a Double.
    mutating func number(_ bytes: Span<UInt8>) throws(SkeletonRejection) -> Double {
        var next = peek(bytes)
        let isNegative = next == UInt8(ascii: "-")
        if isNegative { next = step(bytes) }
        var significand = Significand()
        if next == UInt8(ascii: "0") {
            next = step(bytes)
        } else {
            guard Self.isDigit(next) else { throw malformed() }
            while Self.isDigit(next) {
                significand.append(next, isFraction: false)
                next = step(bytes)
            }
        }
        if next == UInt8(ascii: ".") {
            next = step(bytes)
            guard Self.isDigit(next) else { throw malformed() }
            while Self.isDigit(next) {
                significand.append(next, isFraction: true)
                next = step(bytes)
            }
        }
        var exponent = significand.exponent
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            exponent += try self.exponent(bytes)
        }
        let magnitude = Self.scaled(significand.digits, byTenTo: exponent)
        return isNegative ? -magnitude : magnitude
    }

    /// Takes a number and leaves its decimal digits in `text` if it is an integer, however it is written: `7`, `7.0`
    /// and `0.7e1` are the same. Returns whether it is one whose digits fit.
    mutating func integer(_ bytes: Span<UInt8>) throws(SkeletonRejection) -> Bool {
        let start = position
        _ = try number(bytes)
        text.removeAll(keepingCapacity: true)
        textIsCut = false
        // The value is 0.digits times ten to this power.
        var exponent = 0
        var isFraction = false
        var index = start
        scan: while index < position {
            let byte = bytes[index]
            index += 1
            switch byte {
            case UInt8(ascii: "-"): break
            case UInt8(ascii: "."): isFraction = true
            case UInt8(ascii: "e"), UInt8(ascii: "E"):
                exponent += Self.integer(bytes, index..<position)
                break scan
            default:
                if !isFraction, byte != UInt8(ascii: "0") || !text.isEmpty { exponent += 1 }
                if isFraction, byte == UInt8(ascii: "0"), text.isEmpty { exponent -= 1 }
                if byte != UInt8(ascii: "0") || !text.isEmpty { keep(byte) }
            }
        }
        while text.last == UInt8(ascii: "0") { text.removeLast() }
        guard !text.isEmpty else {
            keep(UInt8(ascii: "0"))
            return true
        }
        guard !textIsCut, (text.count..<Self.maximumTextBytes).contains(exponent) else { return false }
        while text.count < exponent { keep(UInt8(ascii: "0")) }
        if bytes[start] == UInt8(ascii: "-") { text.insert(UInt8(ascii: "-"), at: 0) }
        return true
    }

    /// The integer of a sign and digits; saturates far beyond any Double's exponent.
    private static func integer(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int {
        var value = 0
        for index in range where isDigit(bytes[index]) {
            value = min(value * 10 + Int(bytes[index] - UInt8(ascii: "0")), 1 << 40)
        }
        return bytes[range.lowerBound] == UInt8(ascii: "-") ? -value : value
    }

    /// Takes `e`, a sign and digits; saturates far beyond any Double's exponent.
    private mutating func exponent(_ bytes: Span<UInt8>) throws(SkeletonRejection) -> Int {
        var next = step(bytes)
        let isNegative = next == UInt8(ascii: "-")
        if isNegative || next == UInt8(ascii: "+") { next = step(bytes) }
        guard Self.isDigit(next) else { throw malformed() }
        var exponent = 0
        while Self.isDigit(next) {
            exponent = min(exponent * 10 + Int(next - UInt8(ascii: "0")), 1 << 40)
            next = step(bytes)
        }
        return isNegative ? -exponent : exponent
    }

    /// Advances by one byte and returns the one there; 0 at the end.
    private mutating func step(_ bytes: Span<UInt8>) -> UInt8 {
        position += 1
        return position < bytes.count ? bytes[position] : 0
    }

    private static func isDigit(_ byte: UInt8) -> Bool {
        byte &- UInt8(ascii: "0") < 10
    }

    /// The leading digits of a number: 19 fit 64 bits; further ones are below a Double's resolution.
    private struct Significand {
        var digits: UInt64 = 0
        /// The power of ten by which to multiply `digits`.
        var exponent = 0
        private var count = 0

        mutating func append(_ digit: UInt8, isFraction: Bool) {
            if count < 19 {
                digits = digits &* 10 &+ UInt64(digit &- UInt8(ascii: "0"))
                if digits != 0 { count += 1 }
                if isFraction { exponent -= 1 }
            } else if !isFraction {
                exponent += 1
            }
        }
    }

    /// The powers of ten that a Double represents exactly.
    private static let powersOfTen: [Double] = (0...22).map { pow(10, Double($0)) }

    private static func scaled(_ digits: UInt64, byTenTo exponent: Int) -> Double {
        let value = Double(digits)
        switch exponent {
        case 0: return value
        case 1...22: return value * powersOfTen[exponent]
        case -22..<0: return value / powersOfTen[-exponent]
        default:
            guard digits != 0, exponent > -400 else { return 0 }
            guard exponent < 400 else { return .infinity }
            // In two steps, since the power may overflow or underflow although the product does not.
            return value * pow(10, Double(exponent / 2)) * pow(10, Double(exponent - exponent / 2))
        }
    }
}
