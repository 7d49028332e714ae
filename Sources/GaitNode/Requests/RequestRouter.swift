import Gait
import Messaging
import Storage

/// Executes the requests of one lane one after the other on its own thread: decode, look up the transaction, execute,
/// answer.
struct RequestRouter {
    /// The commands of the protocol that this node executes.
    enum Command: String, CaseIterable {
        case health, info, label, labels, forget, retrain, pause, resume
        case cancelRetraining = "retrain/cancel"
        case listModels = "model/list"
        case activateModel = "model/activate"
        case rollBackModel = "model/rollback"

        /// The thread that executes it.
        var lane: RequestIntake.Lane {
            switch self {
            case .health, .info, .pause, .resume, .cancelRetraining: .prompt
            case .label, .labels, .forget, .retrain, .listModels, .activateModel, .rollBackModel: .storage
            }
        }

        /// Whether its answer is kept in the store, and so known after a restart.
        var isKept: Bool { [.label, .labels, .forget, .retrain].contains(self) }
    }

    let lane: RequestIntake.Lane
    let intake: RequestIntake
    let topics: Topics
    let responses: ResponsePublisher
    let status: SharedState<NodeStatus>
    let labels: LabelHandler
    let optOuts: OptOutHandler
    /// Of all lanes.
    let transactions: TransactionTable

    /// Works until the intake is closed and empty.
    func run() {
        while let message = intake.next(of: lane) { serve(message) }
    }

    private func serve(_ message: MQTTMessage) {
        guard let command = topics.parseRequest(message.topic) else { return }
        if intake.isClosed {
            let transaction = RequestMessage.transaction(in: message.payload)
            return responses.answer(message, with: Answer(.stopping), transaction: transaction)
        }
        let request: RequestMessage
        do {
            request = try RequestMessage(command: command, payload: message.payload)
        } catch {
            responses.warn("invalid_request", "invalid request on \(message.topic): \(error)")
            return responses.answer(message, with: Answer(RequestFailure(error)), transaction: nil)
        }
        guard let text = request.transaction else {
            return responses.answer(message, with: answer(to: request, nil), transaction: nil)
        }
        let transaction = RequestTransaction(text: text, command: command, payload: message.payload)
        switch transactions.begin(transaction, message, at: Arrival.monotonicSeconds()) {
        case .answered(let answer): responses.answer(message, with: answer, transaction: text)
        case .waiting: break
        case .crowded:
            let failure = RequestFailure(.busy, "this request is being executed, and many like it wait")
            responses.answer(message, with: Answer(failure), transaction: text)
        case .reused: responses.answer(message, with: Answer(.transactionReused), transaction: text)
        case .new:
            let answer = answer(to: request, transaction)
            let waiting = transactions.end(
                transaction, with: answer, isStored: Command(rawValue: command)?.isKept == true,
                at: Arrival.monotonicSeconds())
            for message in [message] + waiting {
                responses.answer(message, with: answer, transaction: text)
            }
        }
    }

    /// Executes a request that this run does not know, unless an earlier run has done so.
    private func answer(to request: RequestMessage, _ transaction: RequestTransaction?) -> Answer {
        let isKept = Command(rawValue: request.command)?.isKept == true
        do {
            if isKept, let transaction, let known = try labels.known(transaction) { return known }
            return try execute(request, transaction)
        } catch {
            let answer = Answer(RequestFailure(error))
            if isKept { labels.keep(answer, for: transaction) }
            return answer
        }
    }

    private func execute(_ request: RequestMessage, _ transaction: RequestTransaction?) throws -> Answer {
        guard let command = Command(rawValue: request.command) else {
            let known = Command.allCases.map(\.rawValue).joined(separator: ", ")
            throw RequestFailure(
                .unknownCommand, "'\(request.command)' is not a command; the commands are \(known)")
        }
        switch command {
        case .health: return try reported(status.withLock { $0.health })
        case .info: return try reported(status.withLock { $0.info })
        case .label: return try labels.label(request, transaction)
        case .labels: return try labels.labels(request, transaction)
        case .forget: return try labels.forget(request, transaction)
        case .pause: return Answer(data: try optOuts.pause(request))
        case .resume: return Answer(data: try optOuts.resume(request))
        case .retrain:
            let settings = labels.coordinator.configuration.retrain
            let job = try labels.coordinator.start(RetrainingRequest(request, settings))
            let answer = Answer(data: .object(["job": .number(Double(job))]))
            labels.keep(answer, for: transaction)
            return answer
        case .cancelRetraining:
            let job = try labels.coordinator.cancel(reason: "cancelled by request")
            return Answer(data: .object(["job": .number(Double(job))]))
        case .listModels: return Answer(data: try labels.models.list())
        case .activateModel: return Answer(data: try labels.models.activate(request))
        case .rollBackModel: return Answer(data: try labels.models.rollback())
        }
    }

    private func reported(_ message: (some JSONMessage & Encodable)?) throws -> Answer {
        guard let message, let value = try? JSONValue(message) else {
            throw RequestFailure(.notReady, "the node has not reported yet: try again in a second")
        }
        return Answer(data: value)
    }
}
