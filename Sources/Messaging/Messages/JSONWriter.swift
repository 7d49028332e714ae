/// A value that ``JSONWriter`` can write.
package protocol JSONWritable {
    func write(to writer: inout JSONWriter)
}

/// Writes JSON (RFC 8259) into a reused buffer, for messages that are too frequent for an encoder. Fields keep
/// their order.
///
/// The output is valid UTF-8. Ask ``isFinite`` at the end whether every number could be written.
package struct JSONWriter {
    /// Everything written since the last ``reset()``.
    package private(set) var bytes: [UInt8] = []
    /// Whether every number could be written; JSON has no numbers that are not finite.
    package private(set) var isFinite = true

    package init() {}

    /// Starts over, in the same storage.
    package mutating func reset() {
        bytes.removeAll(keepingCapacity: true)
        isFinite = true
    }

    /// Makes room for so many bytes.
    package mutating func reserve(_ count: Int) {
        bytes.reserveCapacity(count)
    }

    // MARK: - Structure

    /// Writes an object whose fields `write` adds.
    package mutating func object(_ write: (inout JSONWriter) -> Void) {
        text("{")
        write(&self)
        text("}")
    }

    /// Writes one field of an object, after a comma if it is not the first.
    package mutating func field(_ name: StaticString, _ value: some JSONWritable) {
        separate()
        text("\"")
        text(name)
        text("\":")
        value.write(to: &self)
    }

    /// Writes the comma between two elements or fields; none after an opening bracket.
    mutating func separate() {
        if let last = bytes.last, last != UInt8(ascii: "{"), last != UInt8(ascii: "[") { text(",") }
    }

    /// Writes text as it is: structure and names.
    mutating func text(_ text: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount))
    }

    /// Appends bytes that are JSON already.
    mutating func append(_ written: some Sequence<UInt8>) {
        bytes.append(contentsOf: written)
    }

    // MARK: - Values

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

    /// Writes the shortest decimal that reads back as this value.
    package mutating func number(_ value: some BinaryFloatingPoint & CustomStringConvertible) {
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

extension String: JSONWritable {
    package func write(to writer: inout JSONWriter) { writer.string(self) }
}

extension Int: JSONWritable {
    package func write(to writer: inout JSONWriter) { writer.number(self) }
}

extension Double: JSONWritable {
    package func write(to writer: inout JSONWriter) { writer.number(self) }
}

extension Float: JSONWritable {
    package func write(to writer: inout JSONWriter) { writer.number(self) }
}

extension Optional: JSONWritable where Wrapped: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        if let self { self.write(to: &writer) } else { writer.text("null") }
    }
}

extension Array: JSONWritable where Element: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.text("[")
        for element in self {
            writer.separate()
            element.write(to: &writer)
        }
        writer.text("]")
    }
}

extension Dictionary: JSONWritable where Key == String, Value: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.text("{")
        for (name, value) in self {
            writer.separate()
            writer.string(name)
            writer.text(":")
            value.write(to: &writer)
        }
        writer.text("}")
    }
}
