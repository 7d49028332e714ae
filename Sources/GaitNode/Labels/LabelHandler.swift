import Gait
import Messaging
import Storage

/// Stores labeled gaits and forgets them. Belongs to the requests' thread.
struct LabelHandler {
    let access: StoreAccess
    let shared: SharedParts
    let coordinator: RetrainingCoordinator
    let models: ModelManager
    /// The node's name, which stands for the robot of uploaded gaits that name none.
    let node: String
    /// Distinguishes this run from others in subjects' names, since people's ids start over with every run.
    let run: String

    /// `label`: one gait, durable when this returns.
    ///
    /// - Returns: The stored gait's id and its window.
    func label(_ request: RequestMessage) throws -> JSONValue {
        let label = try LabelRequest(request)
        let store = try access.store()
        if let known = try known(request, in: store).first { return Self.answer(known) }
        let gait = try newGait(label)
        guard let stored = try add([gait], request, to: store).first else {
            throw RequestFailure(.storeFailed, "the store returned no gait")
        }
        return Self.answer(stored)
    }

    /// `labels`: many gaits in one write. The answer names those that cannot be stored besides the others.
    func labels(_ request: RequestMessage) throws -> JSONValue {
        guard let elements = try request.elements("labels") else {
            throw RequestMessage.Fault.missing(field: "labels")
        }
        let store = try access.store()
        let known = try known(request, in: store)
        if !known.isEmpty { return .object(["labels": .array(known.map(Self.answer))]) }
        var gaits: [NewGait] = []
        var failures: [RequestFailure?] = []
        for element in elements {
            do {
                gaits.append(try newGait(LabelRequest(RequestMessage(command: "label", payload: element))))
                failures.append(nil)
            } catch { failures.append(RequestFailure(error)) }
        }
        var stored = try add(gaits, request, to: store)[...]
        let answers = failures.map { $0?.summary ?? stored.popFirst().map(Self.answer) ?? .null }
        let refused = elements.count - gaits.count
        let data = JSONValue.object(["labels": .array(answers)])
        guard refused == 0 else {
            throw RequestFailure(
                .someRefused, "\(refused) of \(elements.count) labels were not stored; see 'labels'",
                data: data)
        }
        return data
    }

    private struct ForgetFields: Decodable {
        let gait: WholeNumber?
        let robot, person, subject: String?
        let retrain: Bool?
    }

    /// `forget`: deletes gaits, and marks the versions that were trained on them.
    func forget(_ request: RequestMessage) throws -> JSONValue {
        let fields: ForgetFields = try request.decoded()
        let selection = GaitSelection(
            ids: fields.gait.map { [Int64($0.value)] }, robot: fields.robot, person: fields.person,
            subject: fields.subject)
        let store = try access.store()
        // A running job may train on them. It also reads the store, which would keep copies of their bytes.
        if try !store.records(matching: selection).isEmpty {
            coordinator.endRunningJob(reason: "gaits that it may use were deleted")
        }
        var gaits: [Int64] = []
        var failure: RequestFailure?
        do throws(StorageError) {
            gaits = try store.forget(selection)
        } catch {
            guard case .notErased(_, let deleted) = error else { throw error }
            (gaits, failure) = (deleted, RequestFailure(error))
        }
        let stale = try models.markStale(gaits)
        var data: [String: JSONValue] = [
            "gaits": .array(gaits.map { .number(Double($0)) }),
            "models": .array(stale.map { .number(Double($0)) }),
        ]
        if fields.retrain == true {
            do {
                data["job"] = .number(Double(try coordinator.start(RetrainingRequest.Origin.forget)))
            } catch { data["retrain"] = RequestFailure(error).summary }
        }
        if let failure { throw RequestFailure(failure.code, failure.message, data: .object(data)) }
        return .object(data)
    }

    // MARK: - Parts

    private func add(
        _ gaits: [NewGait], _ request: RequestMessage, to store: GaitStore
    ) throws -> [StoredGait] {
        let stored = try store.add(gaits, transaction: Self.transaction(of: request))
        shared.requests.withLock { $0.labels += stored.count }
        coordinator.note(labels: stored.count)
        return stored
    }

    private func newGait(_ label: LabelRequest) throws -> NewGait {
        let (robot, person) = (label.fields.robot ?? node, label.fields.person ?? "supplied")
        guard !shared.optOuts.current.cover(robot: robot, person: person) else {
            throw RequestFailure(.paused, "\(robot)/\(person) is paused, so nothing is stored")
        }
        let window = try window(of: label)
        return NewGait(
            robot: robot, person: person, subject: label.fields.subject ?? "\(robot)/\(person)/\(run)",
            annotator: label.fields.annotator, label: label.emotion.rawValue, start: window.start,
            end: window.end,
            gait: window.gait, coverage: window.coverage)
    }

    private func window(of label: LabelRequest) throws -> GaitWindow {
        switch label.target {
        case .uploaded(let messages): return try UploadedGait.window(of: messages)
        case .window(let robot, let person, let stamp):
            let found = shared.history.withLock {
                $0.window(robot: robot, person: person, endingAtOrBefore: stamp)
            }
            guard let found else {
                let limit = stamp.map { " that ends at or before \($0)" } ?? ""
                throw RequestFailure(
                    .noWindow,
                    "there is no window of \(robot)/\(person)\(limit); windows are kept for \(Int(GaitHistory.seconds)) s"
                )
            }
            guard found.published.state != .notWalking else {
                throw RequestFailure(
                    .notWalking,
                    "\(robot)/\(person) is not walking in the window that ends at \(found.window.end)")
            }
            return found.window
        }
    }

    /// The gaits that a repeated request has stored already.
    private func known(_ request: RequestMessage, in store: GaitStore) throws -> [StoredGait] {
        guard let transaction = Self.transaction(of: request) else { return [] }
        return try store.stored(by: transaction) ?? []
    }

    /// The store's name of a request's transaction, which holds across restarts.
    private static func transaction(of request: RequestMessage) -> String? {
        request.transaction.map { "\(request.command) \(TransactionCache.key(of: $0))" }
    }

    private static func answer(_ stored: StoredGait) -> JSONValue {
        .object([
            "gait": .number(Double(stored.id)), "emotion": .string(stored.label),
            "subject": .string(stored.subject),
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
        /// The window that ends at or before the stamp, of a person in view or gone for less than two minutes.
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
