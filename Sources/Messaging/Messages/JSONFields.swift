import Foundation

/// The fields of one JSON object, read one by one with their types. For requests: every command has its own fields,
/// and errors must name the wrong one.
///
/// The whole text is checked once, with the limits of ``JSONScanner``. A field that is null counts as absent.
package struct JSONFields: Sendable {
    /// Why the fields cannot be read.
    package enum Fault: Error, Equatable, CustomStringConvertible {
        /// Not a JSON object, at this byte. `reason` is one of ``RejectionReason``.
        case malformed(reason: String, byte: Int)
        /// A field has another type than it must have.
        case illTyped(field: String, expected: String)
        /// A required field is missing.
        case missing(field: String)
        /// A number is too large for a Double.
        case numberOutOfRange

        package var description: String {
            switch self {
            case .malformed(let reason, let byte):
                "the payload is not a JSON object: \(reason) at byte \(byte)"
            case .illTyped(let field, let expected): "'\(field)' must be \(expected)"
            case .missing(let field): "'\(field)' is missing"
            case .numberOutOfRange: "a number is too large"
            }
        }
    }

    /// The JSON text of each field that is not null.
    private let values: [String: [UInt8]]

    /// Checks all of the text and finds the fields.
    package init(_ text: [UInt8]) throws(Fault) {
        do throws(SkeletonRejection) {
            values = try Self.scan(text)
        } catch {
            throw .malformed(reason: error.reason.rawValue, byte: error.byteOffset)
        }
    }

    private static func scan(_ text: [UInt8]) throws(SkeletonRejection) -> [String: [UInt8]] {
        var scanner = JSONScanner()
        var values: [String: [UInt8]] = [:]
        var names: Set<String> = []
        let bytes = text.span
        guard scanner.peek(bytes) == UInt8(ascii: "{") else { throw SkeletonRejection(.notAnObject, at: 0) }
        try scanner.open(UInt8(ascii: "{"), bytes)
        var first = true
        while try scanner.next(first: &first, closing: UInt8(ascii: "}"), bytes) {
            try scanner.name(bytes)
            // No known name is that long.
            let name = scanner.textIsCut ? nil : String(decoding: scanner.text, as: UTF8.self)
            let kind = scanner.peek(bytes)
            let start = scanner.position
            try scanner.skipValue(bytes)
            guard let name else { continue }
            guard names.insert(name).inserted else { throw SkeletonRejection(.duplicateField, at: start) }
            if kind != UInt8(ascii: "n") { values[name] = Array(text[start..<scanner.position]) }
        }
        try scanner.takeEnd(bytes)
        return values
    }

    /// Whether the field is there and not null.
    package func contains(_ name: String) -> Bool { values[name] != nil }

    /// The field's JSON text; nil if it is absent.
    package func json(_ name: String) -> [UInt8]? { values[name] }

    /// A string.
    package func text(_ name: String) throws(Fault) -> String? {
        guard let value = values[name] else { return nil }
        guard value.first == UInt8(ascii: "\""),
            let text = try? JSONDecoder().decode(String.self, from: Data(value))
        else { throw .illTyped(field: name, expected: "a string") }
        return text
    }

    /// A string that must be there.
    package func requiredText(_ name: String) throws(Fault) -> String {
        guard let text = try text(name) else { throw .missing(field: name) }
        return text
    }

    /// A finite number.
    package func number(_ name: String) throws(Fault) -> Double? {
        guard let value = values[name] else { return nil }
        guard let number = Self.number(value), number.isFinite else {
            throw .illTyped(field: name, expected: "a number")
        }
        return number
    }

    /// A whole number that a Double holds exactly.
    package func wholeNumber(_ name: String) throws(Fault) -> Int? {
        guard let number = try number(name) else { return nil }
        guard number == number.rounded(), abs(number) <= 9_007_199_254_740_992 else {
            throw .illTyped(field: name, expected: "a whole number")
        }
        return Int(number)
    }

    /// True or false.
    package func flag(_ name: String) throws(Fault) -> Bool? {
        guard let value = values[name] else { return nil }
        switch value.first {
        case UInt8(ascii: "t"): return true
        case UInt8(ascii: "f"): return false
        default: throw .illTyped(field: name, expected: "true or false")
        }
    }

    /// The fields of an object within.
    package func fields(_ name: String) throws(Fault) -> JSONFields? {
        guard let value = values[name] else { return nil }
        guard value.first == UInt8(ascii: "{") else { throw .illTyped(field: name, expected: "an object") }
        return try JSONFields(value)
    }

    /// The JSON text of each element of an array.
    package func elements(_ name: String) throws(Fault) -> [[UInt8]]? {
        guard let value = values[name] else { return nil }
        guard value.first == UInt8(ascii: "[") else { throw .illTyped(field: name, expected: "an array") }
        var scanner = JSONScanner()
        var elements: [[UInt8]] = []
        let bytes = value.span
        do throws(SkeletonRejection) {
            try scanner.open(UInt8(ascii: "["), bytes)
            var first = true
            while try scanner.next(first: &first, closing: UInt8(ascii: "]"), bytes) {
                _ = scanner.peek(bytes)
                let start = scanner.position
                try scanner.skipValue(bytes)
                elements.append(Array(value[start..<scanner.position]))
            }
        } catch {
            throw .malformed(reason: error.reason.rawValue, byte: error.byteOffset)
        }
        return elements
    }

    /// Any value.
    package func value(_ name: String) -> JSONValue? {
        values[name].flatMap { try? JSONDecoder().decode(JSONValue.self, from: Data($0)) }
    }

    private static func number(_ value: [UInt8]) -> Double? {
        guard let kind = value.first, kind == UInt8(ascii: "-") || (0x30...0x39).contains(kind) else {
            return nil
        }
        var scanner = JSONScanner()
        do throws(SkeletonRejection) { return try scanner.number(value.span) } catch { return nil }
    }
}
