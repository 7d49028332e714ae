import Messaging

/// Executes requests one after the other, on a thread of its own: decode, look up the transaction, execute, answer.
final class RequestRouter {
    /// The commands of the protocol that this node executes.
    enum Command: String, CaseIterable {
        case health, info, label, labels, forget, retrain, pause, resume
        case cancelRetraining = "retrain/cancel"
        case listModels = "model/list"
        case activateModel = "model/activate"
        case rollBackModel = "model/rollback"
    }

    private let board: NodeStatus
    private let labels: LabelHandler
    private let pauses: OptOutHandler
    private let intake: RequestIntake
    private let topics: Topics
    private let responses: ResponsePublisher
    private var transactions = TransactionCache()

    init(
        intake: RequestIntake, topics: Topics, responses: ResponsePublisher, board: NodeStatus,
        labels: LabelHandler, pauses: OptOutHandler
    ) {
        (self.intake, self.topics, self.responses) = (intake, topics, responses)
        (self.board, self.labels, self.pauses) = (board, labels, pauses)
    }

    /// Works until the intake is closed and empty.
    func run() {
        while let message = intake.next() { serve(message) }
    }

    private func serve(_ message: MQTTMessage) {
        guard let command = topics.parseRequest(message.topic) else { return }
        if intake.isClosed {
            let transaction = RequestMessage.transaction(in: message.payload)
            responses.answer(message, with: ResponseMessage(.stopping, transaction: transaction))
            return
        }
        let request: RequestMessage
        do {
            request = try RequestMessage(command: command, payload: message.payload)
        } catch {
            responses.warn("invalid_request", "\(message.topic): \(error)")
            responses.answer(message, with: ResponseMessage(RequestFailure(error), transaction: nil))
            return
        }
        guard let transaction = request.transaction else {
            responses.answer(message, with: response(to: request))
            return
        }
        serve(message, request, transaction: transaction)
    }

    /// Executes what was not executed before, and answers either way.
    private func serve(_ message: MQTTMessage, _ request: RequestMessage, transaction: JSONValue) {
        let key = TransactionCache.key(of: transaction)
        let fingerprint = TransactionCache.fingerprint(command: request.command, payload: message.payload)
        let now = Arrival.monotonicSeconds()
        switch transactions.look(up: key, request: fingerprint, at: now) {
        case .answered(let answer):
            responses.answer(message, with: answer)
        case .reused:
            let failure = RequestFailure(
                .transactionReused, "another request had this transaction within the last ten minutes")
            responses.answer(message, with: ResponseMessage(failure, transaction: transaction))
        case .new:
            let answer = response(to: request)
            let size = responses.answer(message, with: answer)
            transactions.keep(answer, size: size, for: key, request: fingerprint, at: now)
        }
    }

    private func response(to request: RequestMessage) -> ResponseMessage {
        do {
            let data = try execute(request)
            return ResponseMessage(status: .ok, data: data, transaction: request.transaction)
        } catch {
            return ResponseMessage(error, transaction: request.transaction)
        }
    }

    private func execute(_ request: RequestMessage) throws(RequestFailure) -> JSONValue? {
        guard let command = Command(rawValue: request.command) else {
            let known = Command.allCases.map(\.rawValue).joined(separator: ", ")
            throw RequestFailure(.unknownCommand, "'\(request.command)' is no command; there are \(known)")
        }
        switch command {
        case .health: return try reported(board.health)
        case .info: return try reported(board.info)
        case .label: return try labels.label(request)
        case .labels: return try labels.labels(request)
        case .forget: return try labels.forget(request)
        case .pause: return try pauses.pause(request.fields)
        case .resume: return try pauses.resume(request.fields)
        case .retrain:
            let coordinator = labels.coordinator
            let job = try coordinator.start(RetrainRequest(request.fields, coordinator.configuration.retrain))
            return .object(["job": .number(Double(job))])
        case .cancelRetraining:
            let job = try labels.coordinator.cancel(reason: "cancelled by request")
            return .object(["job": .number(Double(job))])
        case .listModels: return try labels.models.list()
        case .activateModel: return try labels.models.activate(request.fields)
        case .rollBackModel: return try labels.models.rollback()
        }
    }

    private func reported(_ message: (some JSONMessage)?) throws(RequestFailure) -> JSONValue {
        guard let message, let value = try? JSONValue(message) else {
            throw RequestFailure(.notReady, "the node has not reported yet: ask again in a second")
        }
        return value
    }
}
