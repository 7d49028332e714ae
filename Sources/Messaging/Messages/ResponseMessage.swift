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
