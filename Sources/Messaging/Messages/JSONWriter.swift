/// Writes JSON (RFC 8259) into a buffer that is reused, for messages that are written too often for an
/// encoder.
///
/// Structure is the caller's: brackets, names and commas are written as ``text(_:)``. What is written is valid
/// UTF-8; whether all numbers were finite is for the caller to ask at the end.
package struct JSONWriter {
    /// What was written since the last ``reset()``.
    package private(set) var bytes: [UInt8] = []
    /// Whether every number could be written; JSON has none that are not finite.
    package private(set) var isFinite = true

    package init() {}

    /// Begins anew, in the same storage.
    package mutating func reset() {
        bytes.removeAll(keepingCapacity: true)
        isFinite = true
    }

    /// Makes room for so many bytes.
    package mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(count)
    }

    /// Writes text as it is: structure and names.
    package mutating func text(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Writes bytes that were written as JSON before.
    package mutating func append(_ written: some Sequence<UInt8>) {
        bytes.append(contentsOf: written)
    }

    /// Writes a string with its quotes; control characters, quotes and backslashes are escaped.
    package mutating func string(_ string: String) {
        bytes.append(UInt8(ascii: "\""))
        for byte in string.utf8 {
            switch byte {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(byte)
            case 0..<0x20:
                text("\\u00")
                bytes.append(Self.hexadecimal(byte >> 4))
                bytes.append(Self.hexadecimal(byte & 15))
            default: bytes.append(byte)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes an integer.
    package mutating func number(_ value: Int) {
        bytes.append(contentsOf: String(value).utf8)
    }

    /// Writes the shortest decimal that is read as this value.
    package mutating func number(_ value: Double) {
        guard value.isFinite else { return refuse() }
        bytes.append(contentsOf: value.description.utf8)
    }

    /// Writes the shortest decimal that is read as this value.
    package mutating func number(_ value: Float) {
        guard value.isFinite else { return refuse() }
        bytes.append(contentsOf: value.description.utf8)
    }

    /// Writes a value rounded to so many decimals, all of them: no allocation and no search for the shortest
    /// form.
    ///
    /// - Parameters:
    ///   - value: of a magnitude below 10^9.
    ///   - decimals: 1 to 6.
    package mutating func number(_ value: Double, decimals: Int) {
        assert((1...6).contains(decimals))
        guard value.magnitude < 1e9 else { return value.isFinite ? number(value) : refuse() }
        var unit = 1
        for _ in 0..<decimals { unit *= 10 }
        let scaled = Int((value.magnitude * Double(unit)).rounded())
        if value < 0, scaled > 0 { bytes.append(UInt8(ascii: "-")) }
        var highest = 1
        while highest <= scaled / unit / 10 { highest *= 10 }
        digits(of: scaled / unit, from: highest)
        bytes.append(UInt8(ascii: "."))
        digits(of: scaled % unit, from: unit / 10)
    }

    /// Writes the digits of a number from the place of this power of ten down.
    private mutating func digits(of number: Int, from highest: Int) {
        var (rest, place) = (number, highest)
        while place > 0 {
            bytes.append(UInt8(ascii: "0") + UInt8(rest / place))
            rest %= place
            place /= 10
        }
    }

    private mutating func refuse() {
        isFinite = false
        text("null")
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
}
