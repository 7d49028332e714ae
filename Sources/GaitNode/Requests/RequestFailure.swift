import Messaging

/// Why a request was not executed, as its answer says it.
struct RequestFailure: Error, Equatable {
    /// The names in an answer's `error`.
    enum Code: String {
        /// Not a JSON object, or a field that is missing, ill-typed or out of range.
        case invalidRequest = "invalid_request"
        case payloadTooLarge = "payload_too_large"
        case unknownCommand = "unknown_command"
        /// A transaction that another request had within the last ten minutes.
        case transactionReused = "transaction_reused"
        /// Too many requests wait, or a retraining is running.
        case busy
        /// The node is about to end.
        case stopping
        /// There is nothing to tell yet.
        case notReady = "not_ready"
        /// No window of this person is kept that ends at or before the stamp.
        case noWindow = "no_window"
        /// The person did not walk in that window.
        case notWalking = "not_walking"
        case unknownEmotion = "unknown_emotion"
        /// A supplied gait from which no window can be made.
        case unusableGait = "unusable_gait"
        /// Some labels of a `labels` request were stored and others not.
        case someRefused = "some_refused"
        case lowDisk = "low_disk"
        /// `store.path` is not set.
        case noStore = "no_store"
        case storeFailed = "store_failed"
        /// Gaits were deleted, and copies of their bytes are left on the disk: to be asked again.
        case notErased = "not_erased"
        /// `model.registry` is not set.
        case noRegistry = "no_registry"
        case unknownVersion = "unknown_version"
        /// The version is there, and cannot be served.
        case unusableModel = "unusable_model"
        case tooFewLabels = "too_few_labels"
        /// `retrain.enabled` is false.
        case disabled
        /// Who is meant, or the whole node, is paused.
        case paused
        case tooManyPauses = "too_many_pauses"
        /// There is no retraining to cancel.
        case noJob = "no_job"
    }

    let code: Code
    /// What was wrong with which input, and what to do.
    let message: String
    /// Figures for whoever reads the answer.
    var data: JSONValue?

    init(_ code: Code, _ message: String, data: JSONValue? = nil) {
        (self.code, self.message, self.data) = (code, message, data)
    }

    /// Fields that cannot be read.
    init(_ fault: JSONFields.Fault) {
        self.init(.invalidRequest, fault.description)
    }
}
