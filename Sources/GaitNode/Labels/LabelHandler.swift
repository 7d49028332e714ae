import Gait
import Messaging
import Storage

/// Stores labelled gaits and forgets them. Belongs to the requests' thread.
struct LabelHandler {
    let access: StoreAccess
    let history: SharedHistory
    let pauses: SharedOptOuts
    let figures: RequestMetrics
    let coordinator: RetrainingCoordinator
    let models: ModelManager
    /// The node's name, which stands for the robot of supplied gaits that name none.
    let node: String
    /// What tells this run from others in a subject's name, since people's ids begin anew with it.
    let run: String

    /// `label`: one gait, durable when this returns.
    ///
    /// - Returns: The stored gait's id and its window.
    func label(_ request: RequestMessage) throws(RequestFailure) -> JSONValue {
        let label = try LabelRequest(request.fields)
        let store = try access.store()
        let transaction = Self.name(of: request)
        if let known = try Self.known(transaction, in: store)?.first { return Self.answer(known) }
        let gait = try newGait(label)
        guard let stored = try add([gait], transaction, to: store).first else {
            throw RequestFailure(.storeFailed, "the store gave no gait back")
        }
        return Self.answer(stored)
    }

    /// `labels`: many gaits in one write; those that cannot be stored are named in the answer beside the others.
    func labels(_ request: RequestMessage) throws(RequestFailure) -> JSONValue {
        let elements: [[UInt8]]
        do throws(JSONFields.Fault) {
            guard let found = try request.fields.elements("labels") else { throw .missing(field: "labels") }
            elements = found
        } catch { throw RequestFailure(error) }
        let store = try access.store()
        let transaction = Self.name(of: request)
        if let known = try Self.known(transaction, in: store), !known.isEmpty {
            return .object(["labels": .array(known.map(Self.answer))])
        }
        var gaits: [NewGait] = []
        var results: [JSONValue?] = []
        for element in elements {
            do throws(RequestFailure) {
                gaits.append(try newGait(try Self.labelRequest(element)))
                results.append(nil)
            } catch {
                results.append(
                    .object(["error": .string(error.code.rawValue), "message": .string(error.message)]))
            }
        }
        var stored = try add(gaits, transaction, to: store)[...]
        let answers = results.map { $0 ?? stored.popFirst().map(Self.answer) ?? .null }
        let refused = elements.count - gaits.count
        let data = JSONValue.object(["labels": .array(answers)])
        guard refused == 0 else {
            throw RequestFailure(
                .someRefused, "\(refused) of \(elements.count) labels were not stored, see 'labels'",
                data: data)
        }
        return data
    }

    /// `forget`: deletes gaits, and marks the versions that were trained on them.
    func forget(_ request: RequestMessage) throws(RequestFailure) -> JSONValue {
        let (selection, retrains) = try Self.selection(request.fields)
        let store = try access.store()
        let isAny: Bool
        do { isAny = try !store.records(matching: selection).isEmpty } catch { throw RequestFailure(error) }
        // What is being trained may be on them. It also reads the store, which would keep copies of their bytes.
        if isAny { coordinator.endRunningJob(reason: "gaits that it may train on were forgotten") }
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
        if retrains {
            do throws(RequestFailure) {
                data["job"] = .number(Double(try coordinator.start(RetrainRequest.Origin.forget)))
            } catch {
                data["retrain"] = .object([
                    "error": .string(error.code.rawValue), "message": .string(error.message),
                ])
            }
        }
        if let failure { throw RequestFailure(failure.code, failure.message, data: .object(data)) }
        return .object(data)
    }

    // MARK: - Parts

    private func add(
        _ gaits: [NewGait], _ transaction: String?, to store: GaitStore
    ) throws(RequestFailure) -> [StoredGait] {
        do {
            let stored = try store.add(gaits, transaction: transaction)
            figures.countLabels(stored.count)
            coordinator.note(labels: stored.count)
            return stored
        } catch { throw RequestFailure(error) }
    }

    private func newGait(_ label: LabelRequest) throws(RequestFailure) -> NewGait {
        let (robot, person) = (label.robot ?? node, label.person ?? "supplied")
        guard !pauses.pauses.cover(robot: robot, person: person) else {
            throw RequestFailure(.paused, "\(robot)/\(person) is paused: nothing of them is stored")
        }
        let window = try window(of: label)
        return NewGait(
            robot: robot, person: person, subject: label.subject ?? "\(robot)/\(person)/\(run)",
            annotator: label.annotator, label: label.emotion.rawValue, start: window.start, end: window.end,
            gait: window.gait, coverage: window.coverage)
    }

    private func window(of label: LabelRequest) throws(RequestFailure) -> GaitWindow {
        switch label.target {
        case .supplied(let messages): return try UploadedGait.window(of: messages)
        case .window(let robot, let person, let stamp):
            let found = history.withLock {
                $0.window(robot: robot, person: person, endingAtOrBefore: stamp)
            }
            guard let found else {
                let limit = stamp.map { " that ends at or before \($0)" } ?? ""
                throw RequestFailure(
                    .noWindow,
                    "no window of \(robot)/\(person)\(limit) is kept; they are kept for \(Int(GaitHistory.seconds)) s"
                )
            }
            guard found.published.state != .notWalking else {
                throw RequestFailure(
                    .notWalking,
                    "\(robot)/\(person) does not walk in the window that ends at \(found.window.end)")
            }
            return found.window
        }
    }

    private static func labelRequest(_ element: [UInt8]) throws(RequestFailure) -> LabelRequest {
        let fields: JSONFields
        do { fields = try JSONFields(element) } catch { throw RequestFailure(error) }
        return try LabelRequest(fields)
    }

    private static func known(_ transaction: String?, in store: GaitStore) throws(RequestFailure)
        -> [StoredGait]?
    {
        guard let transaction else { return nil }
        do { return try store.stored(by: transaction) } catch { throw RequestFailure(error) }
    }

    /// The store's name of a request's transaction, which holds across restarts.
    private static func name(of request: RequestMessage) -> String? {
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

    private static func selection(
        _ fields: JSONFields
    ) throws(RequestFailure) -> (selection: GaitSelection, retrains: Bool) {
        do throws(JSONFields.Fault) {
            let gait = try fields.wholeNumber("gait").map { [Int64($0)] }
            let selection = GaitSelection(
                ids: gait, robot: try fields.text("robot"), person: try fields.text("person"),
                subject: try fields.text("subject"))
            return (selection, try fields.flag("retrain") ?? false)
        } catch { throw RequestFailure(error) }
    }
}
