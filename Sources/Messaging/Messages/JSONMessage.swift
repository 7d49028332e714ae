import Foundation

/// A message that gaitd publishes: one JSON object of protocol.md. Fields without a value are written as
/// null, never left out; numbers must be finite.
package protocol JSONMessage: Codable, Sendable, Equatable {
    /// The payload, UTF-8. Throws `MessagingError.encoding` where a number is not finite.
    func encoded() throws(MessagingError) -> [UInt8]
}

extension JSONMessage {
    package func encoded() throws(MessagingError) -> [UInt8] {
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = .withoutEscapingSlashes
            return Array(try encoder.encode(self))
        } catch {
            throw .encoding(message: String(describing: Self.self), reason: String(describing: error))
        }
    }

    /// Reads a payload, for subscribers such as `gaitctl`. Throws Foundation's `DecodingError`.
    package init(decoding payload: [UInt8]) throws {
        self = try JSONDecoder().decode(Self.self, from: Data(payload))
    }
}
