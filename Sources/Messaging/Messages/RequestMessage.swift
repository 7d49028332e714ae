import Foundation

/// `gaitd/{node}/request/{command}`: a request to a node.
package struct RequestMessage: Sendable {
    /// Why a request, or one of its fields, cannot be read.
    package enum Fault: Error, Equatable, CustomStringConvertible {
        /// Not a JSON object, at this byte. `reason` is one of ``RejectionReason``.
        case malformed(reason: String, byte: Int)
        /// A field has the wrong type.
        case illTyped(field: String, expected: String)
        /// A required field is missing or null.
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

    /// Bytes of a transaction: of a string as UTF-8, of a number as JSON text.
    package static let maximumTransactionBytes = 256
    /// Bytes of a transaction's JSON text, in which every character may be escaped.
    private static let maximumTransactionText = 6 * maximumTransactionBytes + 2

    /// Such as `label` or `model/list`.
    package let command: String
    /// Identifies a repeated request: the JSON text of a string or a number, as the request has it, since a number
    /// need not fit a Double; nil if the request has none.
    package let transaction: [UInt8]?
    private let payload: [UInt8]
    /// The places in the payload of the fields that are not null.
    private let values: [String: Range<Int>]

    /// Reads a payload; an empty one counts as an object without fields. Checks all of it with the limits of
    /// ``JSONScanner``.
    ///
    /// - Throws: `Fault` if the payload is not an object, or the transaction neither a string nor a number of at most
    ///   256 bytes.
    package init(command: String, payload: [UInt8]) throws(Fault) {
        self.command = command
        self.payload = payload.isEmpty ? Array("{}".utf8) : payload
        do throws(SkeletonRejection) { values = try Self.scan(self.payload) } catch { throw Fault(error) }
        guard let place = values["transaction"] else {
            transaction = nil
            return
        }
        let text = Array(self.payload[place])
        let bytes: Int? =
            switch text.count <= Self.maximumTransactionText ? try? JSONValue(decoding: text) : nil {
            case .string(let value): value.utf8.count
            case .number: text.count
            default: nil
            }
        guard let bytes, bytes <= Self.maximumTransactionBytes else {
            throw .illTyped(
                field: "transaction",
                expected: "a string or a number of at most \(Self.maximumTransactionBytes) bytes")
        }
        transaction = text
    }

    /// Finds the fields of an object. Names occur once.
    private static func scan(_ text: [UInt8]) throws(SkeletonRejection) -> [String: Range<Int>] {
        var scanner = JSONScanner()
        var values: [String: Range<Int>] = [:]
        var names: Set<String> = []
        let bytes = text.span
        guard scanner.peek(bytes) == UInt8(ascii: "{") else { throw SkeletonRejection(.notAnObject, at: 0) }
        try scanner.open(UInt8(ascii: "{"), bytes)
        while try scanner.nextName(bytes) {
            // No field of ours has so long a name.
            let name = scanner.textIsCut ? nil : String(decoding: scanner.text, as: UTF8.self)
            let kind = scanner.peek(bytes)
            let start = scanner.position
            try scanner.skipValue(bytes)
            guard let name else { continue }
            guard names.insert(name).inserted else { throw SkeletonRejection(.duplicateField, at: start) }
            if kind != UInt8(ascii: "n") { values[name] = start..<scanner.position }
        }
        try scanner.takeEnd(bytes)
        return values
    }

    /// The command's fields as their own type.
    ///
    /// - Throws: `Fault` naming the field that is missing or ill-typed.
    package func decoded<Fields: Decodable>(_ type: Fields.Type = Fields.self) throws(Fault) -> Fields {
        do { return try JSONDecoder().decode(type, from: Data(payload)) } catch {
            throw Fault(decoding: error)
        }
    }

    /// The JSON text of each element of an array; nil if the field is absent or null.
    package func elements(_ name: String) throws(Fault) -> [[UInt8]]? {
        guard let place = values[name] else { return nil }
        guard payload[place.lowerBound] == UInt8(ascii: "[") else {
            throw .illTyped(field: name, expected: "an array")
        }
        var scanner = JSONScanner()
        scanner.position = place.lowerBound
        var elements: [[UInt8]] = []
        let bytes = payload.span
        do throws(SkeletonRejection) {
            try scanner.open(UInt8(ascii: "["), bytes)
            while try scanner.next(closing: UInt8(ascii: "]"), bytes) {
                _ = scanner.peek(bytes)
                let start = scanner.position
                try scanner.skipValue(bytes)
                elements.append(Array(payload[start..<scanner.position]))
            }
        } catch { throw Fault(error) }
        return elements
    }

    /// The transaction of a payload whose other fields are ignored, for the answer that refuses it.
    package static func transaction(in payload: [UInt8]) -> [UInt8]? {
        (try? RequestMessage(command: "", payload: payload))?.transaction
    }
}

/// A whole number that a Double holds exactly. If a number has a fraction, decoding this names the field, which
/// decoding an `Int` does not.
package struct WholeNumber: Decodable, Sendable {
    package let value: Int

    package init(from decoder: any Decoder) throws {
        let number = try decoder.singleValueContainer().decode(Double.self)
        guard abs(number) <= 9_007_199_254_740_992, let value = Int(exactly: number) else {
            let context = DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "\(number)")
            throw DecodingError.typeMismatch(Int.self, context)
        }
        self.value = value
    }
}

extension RequestMessage.Fault {
    fileprivate init(_ rejection: SkeletonRejection) {
        self = .malformed(reason: rejection.reason.rawValue, byte: rejection.byteOffset)
    }

    /// The fault that a decoder found.
    fileprivate init(decoding error: any Error) {
        switch error {
        case DecodingError.keyNotFound(let key, let context):
            self = .missing(field: Self.name(context.codingPath + [key]))
        case DecodingError.valueNotFound(_, let context):
            self = .missing(field: Self.name(context.codingPath))
        case DecodingError.typeMismatch(let type, let context):
            self = .illTyped(field: Self.name(context.codingPath), expected: Self.name(of: type))
        case DecodingError.dataCorrupted:
            // The text is JSON, so this is a number too large for a Double; the decoder does not say which.
            self = .numberOutOfRange
        default:
            self = .malformed(reason: RejectionReason.malformedJSON.rawValue, byte: 0)
        }
    }

    /// Such as `augment.per_class` or `labels[2].emotion`.
    private static func name(_ path: [any CodingKey]) -> String {
        path.reduce("") { name, key in
            if let index = key.intValue { return "\(name)[\(index)]" }
            return name.isEmpty ? key.stringValue : "\(name).\(key.stringValue)"
        }
    }

    private static func name(of type: Any.Type) -> String {
        switch type {
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is Double.Type, is Float.Type: "a number"
        case is any FixedWidthInteger.Type: "a whole number"
        case is [Any].Type: "an array"
        default: "an object"
        }
    }
}

/// `gaitd/{node}/response/{command}`: the result of a request.
package struct ResponseMessage: JSONMessage, Encodable {
    package enum Status: String, Codable, Sendable {
        case ok, error
    }

    package var status: Status
    /// The requested data, or details of an error; null if there is nothing.
    @ExplicitNull package var data: JSONValue?
    /// A name such as `busy` or `no_window`; null with `ok`.
    @ExplicitNull package var error: String?
    /// A description of the error for people; null with `ok`.
    @ExplicitNull package var message: String?
    /// The request's own.
    @ExplicitNull package var transaction: JSONValue?

    package init(
        status: Status, data: JSONValue? = nil, error: String? = nil, message: String? = nil,
        transaction: JSONValue? = nil
    ) {
        (self.status, self.data, self.error) = (status, data, error)
        (self.message, self.transaction) = (message, transaction)
    }
}
