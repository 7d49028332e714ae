import Datasets
import Foundation
import GaitModels
import Messaging
import Perception
import Storage

/// Why a command ends without its result. The text is shown to the operator as it is.
enum CommandFailure: Error, Equatable {
    /// The work failed: exit status 1.
    case failure(String)
    /// A configuration or a model file is wrong: exit status 78, which a coordinator does not retry.
    case configuration(String)

    /// Thrown by long work without a result when it finds `Interruption.isRequested`.
    static let interrupted = CommandFailure.failure("interrupted")

    /// The failure for an error of a module; nil for errors that the argument parser reports itself.
    init?(_ error: any Error) {
        switch error {
        case let failure as CommandFailure: self = failure
        case ModelError.cancelled: self = .interrupted
        case ModelError.training(let reason): self = .failure(reason)
        case PerceptionError.runtime, PerceptionError.unsupportedProcessor, PerceptionError.region,
            PerceptionError.frame, PerceptionError.encoding, is DatasetError, is StorageError,
            is MessagingError:
            self = .failure("\(error)")
        case is ModelError, is PerceptionError: self = .configuration("\(error)")
        default: return nil
        }
    }

    var message: String {
        switch self {
        case .failure(let message), .configuration(let message): message
        }
    }

    /// The message without line ends, so that it stays one line in a log.
    var oneLine: String {
        message.split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    var exitStatus: Int32 {
        switch self {
        case .failure: EXIT_FAILURE
        case .configuration: EX_CONFIG
        }
    }
}
