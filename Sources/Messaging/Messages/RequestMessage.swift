import Foundation

/// `gaitd/{node}/request/{command}`: a request to a node.
package struct RequestMessage: Sendable {
    /// Bytes of a transaction's JSON text.
    package static let maximumTransactionBytes = 256

    /// Such as `label` or `model/list`.
    package let command: String
    /// The command's own fields.
    package let fields: JSONFields
    /// Identifies a repeated request: a string or a number; nil if the request has none.
    package let transaction: JSONValue?
    private let payload: Data

    /// Reads a payload; an empty one counts as an object without fields.
    ///
    /// - Throws: `JSONFields.Fault` if the payload is not an object, or the transaction neither a string nor a number
    ///   of at most 256 bytes.
    package init(command: String, payload: [UInt8]) throws(JSONFields.Fault) {
        self.command = command
        let payload = payload.isEmpty ? Array("{}".utf8) : payload
        fields = try JSONFields(payload)
        self.payload = Data(payload)
        guard let json = fields.json("transaction") else {
            transaction = nil
            return
        }
        switch (json.count <= Self.maximumTransactionBytes, fields.value("transaction")) {
        case (true, .string(let text)?): transaction = .string(text)
        case (true, .number(let number)?): transaction = .number(number)
        default:
            throw .illTyped(field: "transaction", expected: "a string or a number of at most 256 bytes")
        }
    }

    /// The command's fields as their own type.
    ///
    /// - Throws: `JSONFields.Fault` naming the field that is missing or ill-typed.
    package func decoded<Fields: Decodable>(_ type: Fields.Type = Fields.self) throws(JSONFields.Fault)
        -> Fields
    {
        do { return try JSONDecoder().decode(type, from: payload) } catch { throw JSONFields.Fault(error) }
    }

    /// The transaction of a payload whose other fields are ignored, for the answer that refuses it.
    package static func transaction(in payload: [UInt8]) -> JSONValue? {
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

extension JSONFields.Fault {
    /// The fault that a decoder found.
    fileprivate init(_ error: any Error) {
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
