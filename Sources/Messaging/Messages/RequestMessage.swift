/// `gaitd/{node}/request/{command}`: what a node is asked to do.
package struct RequestMessage: Sendable {
    /// Bytes of a transaction's JSON text.
    package static let maximumTransactionBytes = 256

    /// Such as `label` or `model/list`.
    package let command: String
    /// The command's own fields.
    package let fields: JSONFields
    /// What makes a repeated request known as such: a string or a number; nil where there is none.
    package let transaction: JSONValue?

    /// Reads a payload; an empty one stands for an object without fields.
    ///
    /// - Throws: `JSONFields.Fault` where the payload is no object, or the transaction neither a string nor a
    ///   number of at most 256 bytes.
    package init(command: String, payload: [UInt8]) throws(JSONFields.Fault) {
        self.command = command
        fields = try JSONFields(payload.isEmpty ? Array("{}".utf8) : payload)
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

    /// The transaction of a payload whose other fields nobody looks at, for the answer that refuses it.
    package static func transaction(in payload: [UInt8]) -> JSONValue? {
        (try? RequestMessage(command: "", payload: payload))?.transaction
    }
}

/// `gaitd/{node}/response/{command}`: what became of a request.
package struct ResponseMessage: JSONMessage {
    package enum Status: String, Codable, Sendable {
        case ok, error
    }

    package var status: Status
    /// What was asked for, or what there is to know about an error; null where there is nothing.
    package var data: JSONValue?
    /// A name such as `busy` or `no_window`; null with `ok`.
    package var error: String?
    /// What was wrong with which input, for people; null with `ok`.
    package var message: String?
    /// That of the request.
    package var transaction: JSONValue?

    package init(
        status: Status, data: JSONValue? = nil, error: String? = nil, message: String? = nil,
        transaction: JSONValue? = nil
    ) {
        (self.status, self.data, self.error) = (status, data, error)
        (self.message, self.transaction) = (message, transaction)
    }

    private enum CodingKeys: String, CodingKey {
        case status, data, error, message, transaction
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(status, forKey: .status)
        try container.encode(data, forKey: .data)
        try container.encode(error, forKey: .error)
        try container.encode(message, forKey: .message)
        try container.encode(transaction, forKey: .transaction)
    }
}
