import Gait
import Messaging
import Storage

/// Stores labeled gaits and forgets them. Belongs to the requests' thread.
struct LabelHandler {
    let access: StoreAccess
    let history: SharedHistory
    let optOuts: SharedOptOuts
    let metrics: RequestMetrics
    let coordinator: RetrainingCoordinator
    let models: ModelManager
    /// The node's name, which stands for the robot of uploaded gaits that name none.
    let node: String
    /// Distinguishes this run from others in subjects' names, since people's ids start over with every run.
    let run: String

    /// `label`: one gait, durable when this returns.
    ///
    /// - Returns: The stored gait's id and its window.
    func label(_ request: RequestMessage) throws(RequestFailure) -> JSONValue {
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
    func labels(_ request: RequestMessage) throws(RequestFailure) -> JSONValue {
        let elements: [[UInt8]]
        do throws(RequestMessage.Fault) {
            guard let found = try request.elements("labels") else { throw .missing(field: "labels") }
            elements = found
        } catch { throw RequestFailure(error) }
        let store = try access.store()
        let known = try known(request, in: store)
        if !known.isEmpty { return .object(["labels": .array(known.map(Self.answer))]) }
        var gaits: [NewGait] = []
        var failures: [RequestFailure?] = []
        for element in elements {
            do throws(RequestFailure) {
                gaits.append(try newGait(LabelRequest(element: element)))
                failures.append(nil)
            } catch { failures.append(error) }
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
    func forget(_ request: RequestMessage) throws(RequestFailure) -> JSONValue {
        let fields: ForgetFields
        do { fields = try request.decoded() } catch { throw RequestFailure(error) }
        let selection = GaitSelection(
            ids: fields.gait.map { [Int64($0.value)] }, robot: fields.robot, person: fields.person,
            subject: fields.subject
        )
        let store = try access.store()
        let isAny: Bool
        do { isAny = try !store.records(matching: selection).isEmpty } catch { throw RequestFailure(error) }
        // A running job may train on them. It also reads the store, which would keep copies of their bytes.
        if isAny { coordinator.endRunningJob(reason: "gaits that it may use were deleted") }
        var gaits: [Int64] = []
        var failure: RequestFailure?
        do throws(StorageError) {
            gaits = try store.forget(selection)
        } catch {
            guard case .notErased(_, let deleted) = error else { throw RequestFailure(error) }
            (gaits, failure) = (deleted, RequestFailure(error))
        }
        let stale = try models.markStale(gaits)
        var data: [String: JSONValue] = [
            "gaits": .array(gaits.map { .number(Double($0)) }),
            "models": .array(stale.map { .number(Double($0)) }),
        ]
        if fields.retrain == true {
            do throws(RequestFailure) {
                data["job"] = .number(Double(try coordinator.start(RetrainingRequest.Origin.forget)))
            } catch { data["retrain"] = error.summary }
        }
        if let failure { throw RequestFailure(failure.code, failure.message, data: .object(data)) }
        return .object(data)
    }

    // MARK: - Parts

    private func add(
        _ gaits: [NewGait], _ request: RequestMessage, to store: GaitStore
    ) throws(RequestFailure) -> [StoredGait] {
        do {
            let stored = try store.add(gaits, transaction: Self.transaction(of: request))
            metrics.countLabels(stored.count)
            coordinator.note(labels: stored.count)
            return stored
        } catch { throw RequestFailure(error) }
    }

    private func newGait(_ label: LabelRequest) throws(RequestFailure) -> NewGait {
        let (robot, person) = (label.robot ?? node, label.person ?? "supplied")
        guard !optOuts.pauses.cover(robot: robot, person: person) else {
            throw RequestFailure(.paused, "\(robot)/\(person) is paused, so nothing is stored")
        }
        let window = try window(of: label)
        return NewGait(
            robot: robot, person: person, subject: label.subject ?? "\(robot)/\(person)/\(run)",
            annotator: label.annotator, label: label.emotion.rawValue, start: window.start, end: window.end,
            gait: window.gait, coverage: window.coverage)
    }

    private func window(of label: LabelRequest) throws(RequestFailure) -> GaitWindow {
        switch label.target {
        case .uploaded(let messages): return try UploadedGait.window(of: messages)
        case .window(let robot, let person, let stamp):
            let found = history.withLock {
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
    private func known(_ request: RequestMessage, in store: GaitStore) throws(RequestFailure) -> [StoredGait]
    {
        guard let transaction = Self.transaction(of: request) else { return [] }
        do { return try store.stored(by: transaction) ?? [] } catch { throw RequestFailure(error) }
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

/// One label as requested.
struct LabelRequest {
    /// The labeled gait.
    enum Target {
        /// The window that ends at or before the stamp, of a person in view or gone for less than two minutes.
        case window(robot: String, person: String, stamp: Double?)
        /// Skeleton messages, oldest first.
        case uploaded([[UInt8]])
    }

    private struct Fields: Decodable {
        let emotion: String
        let robot, person, subject, annotator: String?
        let stamp: Double?
    }

    let target: Target
    let emotion: Emotion
    /// Nil for robot, person and run.
    let subject: String?
    let annotator: String?
    let robot: String?
    let person: String?

    /// - Throws: `RequestFailure` naming the field that is missing, ill-typed or out of range.
    init(_ request: RequestMessage) throws(RequestFailure) {
        let fields: Fields
        do throws(RequestMessage.Fault) {
            fields = try request.decoded()
            if let gait = try request.elements("gait") {
                target = .uploaded(gait)
            } else {
                guard let robot = fields.robot else { throw .missing(field: "robot") }
                guard let person = fields.person else { throw .missing(field: "person") }
                target = .window(robot: robot, person: person, stamp: fields.stamp)
            }
        } catch { throw RequestFailure(error) }
        guard let emotion = Emotion(rawValue: fields.emotion) else {
            let known = Emotion.allCases.map(\.rawValue)
            throw RequestFailure(
                .unknownEmotion,
                "'\(fields.emotion.prefix(64))' is not one of \(known.joined(separator: ", "))",
                data: .object(["emotions": .array(known.map { .string($0) })]))
        }
        self.emotion = emotion
        (robot, person) = (fields.robot, fields.person)
        (subject, annotator) = (fields.subject, fields.annotator)
        try RequestFailure.check(robot: robot, person: person)
    }

    /// One element of a `labels` request.
    init(element: [UInt8]) throws(RequestFailure) {
        let request: RequestMessage
        do { request = try RequestMessage(command: "label", payload: element) } catch {
            throw RequestFailure(error)
        }
        try self.init(request)
    }
}
