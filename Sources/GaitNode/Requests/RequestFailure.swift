import Messaging
import Storage

/// Why a request was not executed, as its answer tells it.
struct RequestFailure: Error, Equatable, CustomStringConvertible {
    /// The names in an answer's `error`.
    enum Code: String {
        /// Not a JSON object, or a field that is missing, ill-typed or out of range.
        case invalidRequest = "invalid_request"
        case payloadTooLarge = "payload_too_large"
        case unknownCommand = "unknown_command"
        /// Another request used this transaction within the last ten minutes.
        case transactionReused = "transaction_reused"
        /// The request was executed before, and the gaits that its answer told of were forgotten since.
        case forgotten
        /// Too many requests are waiting, a retraining is running, or another program keeps the store or the registry
        /// locked.
        case busy
        /// The node is about to stop.
        case stopping
        /// The node has nothing to report yet.
        case notReady = "not_ready"
        /// No kept window of this person ends at the stamp or shortly before it.
        case noWindow = "no_window"
        /// The person did not walk in that window.
        case notWalking = "not_walking"
        case unknownEmotion = "unknown_emotion"
        /// An uploaded gait that does not make a window.
        case unusableGait = "unusable_gait"
        /// Some labels of a `labels` request were stored and others not.
        case someRefused = "some_refused"
        case lowDisk = "low_disk"
        /// `store.path` is not set.
        case noStore = "no_store"
        case storeFailed = "store_failed"
        /// Gaits were deleted, but copies of their bytes, or models that have learned from them, are left; the node
        /// goes on trying.
        case notErased = "not_erased"
        /// The store or the registry cannot be written, or belongs to another user.
        case unwritable
        /// `model.registry` is not set.
        case noRegistry = "no_registry"
        case unknownVersion = "unknown_version"
        /// The version exists but cannot be served.
        case unusableModel = "unusable_model"
        case tooFewLabels = "too_few_labels"
        /// `retrain.enabled` is false.
        case disabled
        /// The person, the robot or the whole node is paused.
        case paused
        case tooManyPauses = "too_many_pauses"
        /// There is no retraining to cancel.
        case noJob = "no_job"
    }

    let code: Code
    /// What was wrong with which input, and what to do.
    let message: String
    /// Details, as `data` of the answer.
    var data: JSONValue?

    init(_ code: Code, _ message: String, data: JSONValue? = nil) {
        (self.code, self.message, self.data) = (code, message, data)
    }

    static let stopping = RequestFailure(.stopping, "the node is stopping")
    static let transactionReused = RequestFailure(
        .transactionReused, "another request used this transaction within the last ten minutes")

    /// The answer to an error: of a request's fields, of the store, or of the registry.
    init(_ error: any Error) {
        switch error {
        case let failure as RequestFailure: self = failure
        case let error as StorageError: self.init(storage: error)
        case let fault as RequestMessage.Fault: self.init(.invalidRequest, fault.description)
        default: self.init(.storeFailed, explanation(of: error))
        }
    }

    private init(storage error: StorageError) {
        let text = error.description
        switch error {
        case .lowDisk(let free, let needed):
            let data = JSONValue.object([
                "free_bytes": .number(Double(free)), "needed_bytes": .number(Double(needed)),
            ])
            self.init(.lowDisk, text, data: data)
        case .invalid, .emptySelection: self.init(.invalidRequest, text)
        case .notErased: self.init(.notErased, text)
        case .unknownModel(_, let known):
            self.init(
                .unknownVersion, text, data: .object(["versions": .array(known.map { .number(Double($0)) })]))
        case .noPreviousModel: self.init(.unknownVersion, text)
        case .damagedModel, .staleModel, .noModel, .pinned: self.init(.unusableModel, text)
        case .busy: self.init(.busy, text)
        case .missing, .damaged, .database, .damagedGait, .unknownJob, .file, .duplicateModel,
            .forgottenGaits:
            self.init(.storeFailed, text)
        }
    }

    var description: String { message }

    /// Throws unless a robot's and a person's name are valid, if they are given.
    static func check(robot: String?, person: String?) throws(RequestFailure) {
        for (field, value) in [("robot", robot), ("person", person)] {
            guard let value, !Topics.isValidName(value) else { continue }
            throw RequestFailure(
                .invalidRequest, "'\(field)' must be a name of up to 64 letters, digits, _ . or -")
        }
    }

    /// The failure of a part of a request, in an answer's data.
    var summary: JSONValue { .object(["error": .string(code.rawValue), "message": .string(message)]) }
}
