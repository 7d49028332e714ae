import Gait
import Logging
import Messaging
import Storage

/// Stores labeled gaits and forgets them. Belongs to the storage requests' thread.
struct LabelHandler {
    /// Seconds to wait until the pipeline serves another model and says so.
    private static let patience = 5.0

    let access: StoreAccess
    let shared: SharedParts
    let coordinator: RetrainingCoordinator
    let models: ModelManager
    let forgetting: Forgetting
    let lifter: ServedLifter
    /// The node's name, which stands for the robot of uploaded gaits that name none.
    let node: String
    /// Distinguishes this run from others in subjects' names, since people's ids start over with every run.
    let run: String
    let logger: Logger

    /// `label`: one gait, durable with its answer when this returns.
    ///
    /// - Returns: The stored gait's id, its window, and whether it replaces an earlier label of that window.
    func label(_ request: RequestMessage, _ transaction: RequestTransaction?) throws -> Answer {
        let label = try LabelRequest(request)
        let store = try access.store()
        let gait = try newGait(label)
        return try add([gait], transaction, to: store) { stored in
            ResponseMessage(status: .ok, data: stored.first.map(Self.answer))
        }
    }

    /// `labels`: many gaits in one write. The answer names those that cannot be stored besides the others.
    func labels(_ request: RequestMessage, _ transaction: RequestTransaction?) throws -> Answer {
        guard let elements = try request.elements("labels") else {
            throw RequestMessage.Fault.missing(field: "labels")
        }
        let store = try access.store()
        var gaits: [NewGait] = []
        var failures: [RequestFailure?] = []
        for element in elements {
            do {
                let gait = try newGait(LabelRequest(RequestMessage(command: "label", payload: element)))
                try gait.validate()
                gaits.append(gait)
                failures.append(nil)
            } catch { failures.append(RequestFailure(error)) }
        }
        return try add(gaits, transaction, to: store) { stored in
            var stored = stored[...]
            let answers = failures.map { $0?.summary ?? stored.popFirst().map(Self.answer) ?? .null }
            let data = JSONValue.object(["labels": .array(answers)])
            let refused = failures.count { $0 != nil }
            guard refused > 0 else { return ResponseMessage(status: .ok, data: data) }
            return ResponseMessage(
                status: .error, data: data, error: RequestFailure.Code.someRefused.rawValue,
                message: "\(refused) of \(elements.count) labels were not stored; see 'labels'")
        }
    }

    private struct ForgetFields: Decodable {
        let gait: WholeNumber?
        let robot, person, subject: String?
        let retrain: Bool?
    }

    /// `forget`: deletes gaits; the versions that were trained on them stop serving before this returns.
    func forget(_ request: RequestMessage, _ transaction: RequestTransaction?) throws -> Answer {
        let fields: ForgetFields = try request.decoded()
        let selection = GaitSelection(
            ids: fields.gait.map { [Int64($0.value)] }, robot: fields.robot, person: fields.person,
            subject: fields.subject)
        let store = try access.store()
        var data: [String: JSONValue] = [:]
        func note(_ gaits: [Int64]) {
            data["gaits"] = .numbers(gaits)
            data["models"] = .numbers((models.registry?.versions(trainedOn: gaits) ?? []).map(Int64.init))
        }
        let gaits = try store.forget(selection, transaction: transaction) { gaits in
            note(gaits)
            return Answer(data: .object(data)).head
        }
        if transaction == nil { note(gaits) }
        // A running job may train on them. It also reads the store, which would keep copies of their bytes.
        if !gaits.isEmpty { coordinator.endRunningJob(reason: Forgetting.reason) }
        var failure: RequestFailure?
        do { try forgetting.finish() } catch {
            failure = RequestFailure(.notErased, RequestFailure(error).message)
        }
        if models.registry != nil {
            let served = models.served
            data["serving"] = .object([
                "version": .number(Double(served.version)), "sha256": .string(served.sha256),
            ])
            waitUntilServing(served.sha256)
        }
        if fields.retrain == true {
            do {
                data["job"] = .number(Double(try coordinator.start(RetrainingRequest.Origin.forget)))
            } catch { data["retrain"] = RequestFailure(error).summary }
        }
        let answer =
            failure.map { Answer(RequestFailure($0.code, $0.message, data: .object(data))) }
            ?? Answer(data: .object(data))
        keep(answer, for: transaction)
        return answer
    }

    // MARK: - Transactions

    /// The answer to a request that an earlier run of this node, or this one, has executed; nil if it is new.
    ///
    /// - Throws: `RequestFailure` if another request had its transaction, or its answer was forgotten.
    func known(_ transaction: RequestTransaction) throws -> Answer? {
        guard access.isThere else { return nil }
        switch try access.store().known(transaction) {
        case .answered(let head): return Answer(kept: head)
        case .reused: throw RequestFailure.transactionReused
        case .forgotten:
            throw RequestFailure(
                .forgotten, "this request was executed, and what its answer told of was forgotten since")
        case nil: return nil
        }
    }

    /// Keeps an answer beyond this run, if there is a store and asking again would not give another one.
    func keep(_ answer: Answer, for transaction: RequestTransaction?) {
        // The store has another answer to that transaction already.
        let known: [RequestFailure.Code] = [.transactionReused, .forgotten]
        guard let transaction, answer.isFinal, !known.contains(where: { $0.rawValue == answer.error }),
            access.isThere
        else { return }
        do { try access.store().keep(answer.head, for: transaction) } catch {
            logger.warning("an answer will not be known after a restart: \(error)")
        }
    }

    // MARK: - Parts

    private func add(
        _ gaits: [NewGait], _ transaction: RequestTransaction?, to store: GaitStore,
        _ response: ([StoredGait]) -> ResponseMessage
    ) throws -> Answer {
        var answer: Answer?
        let stored = try store.add(gaits, transaction: transaction) { stored in
            let made = Answer(response(stored))
            answer = made
            return made.head
        }
        shared.requests.withLock { $0.labels += stored.count }
        coordinator.note(labels: stored.count)
        return answer ?? Answer(response(stored))
    }

    /// Waits until `info` tells that a model serves.
    private func waitUntilServing(_ sha256: String) {
        _ = shared.status.wait(seconds: Self.patience) { status in
            guard case .object(let card)? = status.info?.model else { return false }
            return card["sha256"] == .string(sha256)
        }
    }

    private func newGait(_ label: LabelRequest) throws -> NewGait {
        let (robot, person) = (label.fields.robot ?? node, label.fields.person ?? "supplied")
        guard !shared.optOuts.current.cover(robot: robot, person: person) else {
            throw RequestFailure(.paused, "\(robot)/\(person) is paused, so nothing is stored")
        }
        let (window, seen) = try window(of: label)
        return NewGait(
            robot: robot, person: person, subject: label.fields.subject ?? "\(robot)/\(person)/\(run)",
            annotator: label.fields.annotator, label: label.emotion.rawValue, start: window.start,
            end: window.end, gait: window.gait, coverage: window.coverage, isWindow: label.isWindow,
            seen: seen)
    }

    /// The window, and what pictures showed of it if it was lifted.
    private func window(of label: LabelRequest) throws -> (GaitWindow, seen: ImageWindow?) {
        switch label.target {
        case .uploaded(let messages): return try UploadedGait.window(of: messages, lifter)
        case .window(let robot, let person, let stamp):
            let found = shared.history.withLock {
                $0.window(robot: robot, person: person, at: stamp)
            }
            guard let found else {
                let limit =
                    stamp.map {
                        " that ends at \($0) or up to 2.5 s before; stamps are seconds of the source's clock"
                    } ?? ""
                throw RequestFailure(
                    .noWindow,
                    "there is no window of \(robot)/\(person)\(limit); windows are kept for \(Int(GaitHistory.seconds)) s"
                )
            }
            guard found.published.state != .notWalking else {
                throw RequestFailure(
                    .notWalking,
                    "\(robot)/\(person) is not walking in the window that ends at \(found.published.end)")
            }
            switch found.seen {
            case .gait(let window): return (window, nil)
            case .image(let seen): return (try lifter.gaitWindow(seen), seen)
            }
        }
    }

    private static func answer(_ stored: StoredGait) -> JSONValue {
        .object([
            "gait": .number(Double(stored.id)), "emotion": .string(stored.label),
            "subject": .string(stored.subject), "replaced": .boolean(stored.replacesLabel),
            "window": .object([
                "start": .number(stored.start), "end": .number(stored.end),
                "frames": .number(Double(stored.frames)), "coverage": .number(Double(stored.coverage)),
            ]),
        ])
    }
}

struct LabelRequest {
    /// The labeled gait.
    enum Target {
        /// The window of a stamp or the newest one, of a person in view or gone for less than two minutes.
        case window(robot: String, person: String, stamp: Double?)
        /// Skeleton messages, oldest first.
        case uploaded([[UInt8]])
    }

    struct Fields: Decodable {
        let emotion: String
        let robot, person, subject, annotator: String?
        let stamp: Double?
    }

    let target: Target
    let emotion: Emotion
    let fields: Fields

    /// Whether it labels a window, which has one label.
    var isWindow: Bool { if case .window = target { true } else { false } }

    /// - Throws: `RequestMessage.Fault` or `RequestFailure` naming the field that is missing, ill-typed or out of range.
    init(_ request: RequestMessage) throws {
        fields = try request.decoded()
        if let gait = try request.elements("gait") {
            target = .uploaded(gait)
        } else {
            guard let robot = fields.robot else { throw RequestMessage.Fault.missing(field: "robot") }
            guard let person = fields.person else { throw RequestMessage.Fault.missing(field: "person") }
            target = .window(robot: robot, person: person, stamp: fields.stamp)
        }
        guard let emotion = Emotion(rawValue: fields.emotion) else {
            let known = Emotion.allCases.map(\.rawValue)
            throw RequestFailure(
                .unknownEmotion,
                "'\(fields.emotion.prefix(64))' is not one of \(known.joined(separator: ", "))",
                data: .object(["emotions": .array(known.map { .string($0) })]))
        }
        self.emotion = emotion
        try RequestFailure.check(robot: fields.robot, person: fields.person)
    }
}
