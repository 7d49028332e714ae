import ArgumentParser
import Foundation
import Messaging

/// `gaitctl request`: sends a node a request and prints its answer.
struct RequestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "request",
        abstract: "Send a request to a gaitd node, and print its answer.",
        discussion: """
            Publishes the fields as a request of the protocol, with a transaction of its own, and prints the data of the \
            answer as one line of JSON. Commands are health, info, label, labels, forget, pause, resume, retrain, \
            retrain/cancel, model/list, model/activate and model/rollback.

            Ends with 1 and one line that says why if the node refuses or does not answer.

            Examples:
              gaitctl request label '{"robot": "r1", "person": "7", "emotion": "sad", "annotator": "ann"}'
              gaitctl request pause '{"robot": "r1", "person": "7"}'
              gaitctl request retrain '{"budget_s": 300}'
              gaitctl request model/list | jq .versions
            """)

    @OptionGroup var broker: BrokerOptions
    @OptionGroup var prefixes: TopicOptions

    @Option(help: ArgumentHelp("The node to ask.", valueName: "name"))
    var node = "n1"

    @Option(help: ArgumentHelp("The longest wait for the answer.", valueName: "seconds"))
    var timeout = 20.0

    @Argument(help: "The command, such as label.")
    var command: String

    @Argument(help: "The request's fields, one JSON object.")
    var fields = "{}"

    func validate() throws {
        try TopicOptions.check("--node", node)
        try checkRange("--timeout", timeout, 0.1...600, "seconds")
        guard Topics.isValidPrefix(command) else {
            throw ValidationError("\"\(command)\" is no command; give names with slashes between them.")
        }
        _ = try payload()
    }

    /// The fields with a transaction, which tells this answer from others on the same topic.
    private func payload(transaction: String = "") throws -> [UInt8] {
        guard var object = (try? JSONSerialization.jsonObject(with: Data(fields.utf8))) as? [String: Any]
        else {
            throw ValidationError("The fields are one JSON object, such as '{\"person\": \"7\"}'.")
        }
        if object["transaction"] == nil { object["transaction"] = transaction }
        return Array(try JSONSerialization.data(withJSONObject: object, options: .sortedKeys))
    }

    func run() throws {
        let topics = try prefixes.topics(node: node)
        let response = topics.response(command)
        let connection = try BrokerConnection(
            broker.configuration(purpose: "request"), filters: [response], qualityOfService: .atLeastOnce)
        defer { connection.stop() }
        let payload = try payload(transaction: UUID().uuidString)
        let transaction = RequestMessage.transaction(in: payload).flatMap { try? JSONValue(decoding: $0) }
        try connection.client.publish(
            MQTTMessage(topic: topics.request(command), payload: payload, qualityOfService: .atLeastOnce))
        let deadline = Arrival.monotonicSeconds() + timeout
        while let message = try connection.next(until: deadline) {
            guard let answer = try? ResponseMessage(decoding: message.payload),
                answer.transaction == transaction
            else { continue }
            return try report(answer)
        }
        try Interruption.check()
        throw CommandFailure.failure(
            "\(node) does not answer at \(broker.host):\(broker.port); see gaitctl status --node \(node)")
    }

    private func report(_ answer: ResponseMessage) throws(CommandFailure) {
        guard answer.status == .ok else {
            let data = answer.data == nil ? nil : try OutputOptions.encoded(answer.data)
            throw .failure(
                "\(node) refuses: \(answer.error ?? "error"): \(answer.message ?? "")\(data.map { " " + $0 } ?? "")"
            )
        }
        print(try OutputOptions.encoded(answer.data ?? .object([:])))
    }
}
