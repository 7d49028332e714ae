import Foundation
import Messaging
import Synchronization

/// Finds out whether another node has this node's name before this node connects with it, since the broker would then
/// disconnect the other one.
///
/// A client of another name reads the node's retained state. If it is `online`, the check requests `info` from that node
/// and waits two seconds for an answer, since the broker may not have declared a node without power `offline` yet.
final class NodeNameCheck: Sendable {
    enum Outcome: Sendable {
        case free
        /// Another node has answered.
        case taken
        /// ``stop()`` was called.
        case stopped
    }

    private enum Input: Sendable {
        case connected
        case lost
        case message(MQTTMessage)
    }

    /// Seconds for an answer.
    private let patience: Double
    private let topics: Topics
    private let client: MQTTClient
    private let inputs: BoundedQueue<Input>
    private let known = Mutex<Outcome?>(nil)
    /// Distinguishes this check from others.
    private let mark: String
    /// A message to ourselves, which arrives after retained messages.
    private let echoTopic: String

    /// - Parameters:
    ///   - settings: The node's own.
    ///   - patience: Seconds for an answer.
    /// - Throws: `MessagingError.system` if the process has no file descriptors left.
    init(
        settings: MQTTClient.Configuration, topics: Topics, connection: ConnectionMonitor,
        patience: Double = 2
    ) throws(MessagingError) {
        let mark = "newcomer-\(UUID().uuidString)"
        (self.topics, self.patience) = (topics, patience)
        self.mark = mark
        echoTopic = topics.response("info/\(mark)")
        let inputs = try BoundedQueue<Input>(capacity: 256)
        self.inputs = inputs
        var settings = settings
        settings.clientIdentifier += "-\(mark)"
        settings.will = nil
        client = try MQTTClient(
            settings, onMessage: { inputs.push(.message($0)) },
            onConnection: { event in
                switch event {
                case .connected: inputs.push(.connected)
                case .lost: inputs.push(.lost)
                case .disconnected: break
                default: connection.noteTrouble(event)
                }
            })
        for topic in [topics.state, topics.response("info"), echoTopic] {
            try client.subscribe(topic, qualityOfService: .atLeastOnce)
        }
    }

    /// The outcome; nil while it is unknown.
    var outcome: Outcome? { known.withLock { $0 } }

    /// Waits for the broker and for an answer. Blocks; returns at once after ``stop()``.
    ///
    /// - Throws: `MessagingError.system` if there can be no more threads.
    func run() throws(MessagingError) -> Outcome {
        try client.start()
        let outcome = find()
        client.stop(deadline: 0.5)
        known.withLock { $0 = outcome }
        return outcome
    }

    func stop() {
        inputs.close()
    }

    private func find() -> Outcome {
        while let input = inputs.pop() {
            if case .connected = input, let outcome = ask() { return outcome }
        }
        return .stopped
    }

    /// - Returns: nil if the connection was lost.
    private func ask() -> Outcome? {
        publish(echoTopic, "")
        var isAsked = false
        var deadline = Arrival.monotonicSeconds() + patience
        while let input = inputs.pop(until: deadline) {
            guard case .message(let message) = input else {
                if case .lost = input { return nil }
                continue
            }
            switch message.topic {
            case topics.state:
                guard !isAsked, isOnline(message) else { continue }
                isAsked = true
                deadline = Arrival.monotonicSeconds() + patience
                publish(topics.request("info"), "{\"transaction\":\"\(mark)\"}")
            case echoTopic:
                if !isAsked { return .free }
            default:
                let answer = try? ResponseMessage(decoding: message.payload)
                if answer?.transaction == .string(mark) { return .taken }
            }
        }
        return inputs.isClosed ? .stopped : .free
    }

    private func isOnline(_ message: MQTTMessage) -> Bool {
        (try? StateMessage(decoding: message.payload))?.state == .online
    }

    private func publish(_ topic: String, _ text: String) {
        // The topics are valid, and after a stop the message does not matter.
        try? client.publish(
            MQTTMessage(topic: topic, payload: Array(text.utf8), qualityOfService: .atLeastOnce))
    }
}
