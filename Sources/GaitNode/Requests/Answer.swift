import Foundation
import Messaging

/// An answer as far as its transaction, which follows as the request wrote it: a number need not fit a Double.
struct Answer: Sendable, Equatable {
    /// The JSON text up to the value of its last field, `transaction`.
    let head: String
    /// Such as `busy`; nil with `ok`.
    let error: String?

    private static let end = "null}"

    init(_ response: ResponseMessage) {
        var response = response
        response.transaction = nil
        let encoder = JSONEncoder()
        // The transaction comes last.
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        if let text = try? encoder.encode(response) {
            let head = String(decoding: text.dropLast(Self.end.utf8.count), as: UTF8.self)
            self = Answer(head: head, error: response.error)
        } else {
            let failure = RequestFailure(.storeFailed, "the answer has a number that JSON cannot express")
            self = Answer(failure)
        }
    }

    init(_ failure: RequestFailure) {
        self.init(
            ResponseMessage(
                status: .error, data: failure.data, error: failure.code.rawValue, message: failure.message))
    }

    /// The answer that executes nothing but tells data.
    init(data: JSONValue?) { self.init(ResponseMessage(status: .ok, data: data)) }

    private init(head: String, error: String?) { (self.head, self.error) = (head, error) }

    /// An answer that was kept.
    init(kept head: String) {
        let response = try? ResponseMessage(decoding: Array((head + Self.end).utf8))
        (self.head, error) = (head, response?.error)
    }

    /// Whether the request was executed or refused for good: asking again then gives the same answer.
    var isFinal: Bool {
        let passing: [RequestFailure.Code] = [
            .busy, .stopping, .notReady, .lowDisk, .storeFailed, .unwritable,
        ]
        return error.flatMap(RequestFailure.Code.init).map { !passing.contains($0) } ?? true
    }

    /// The payload.
    ///
    /// - Parameter transaction: The JSON text of the request's; nil if it has none.
    func payload(transaction: [UInt8]?) -> [UInt8] {
        Array(head.utf8) + (transaction ?? Array("null".utf8)) + [UInt8(ascii: "}")]
    }
}
