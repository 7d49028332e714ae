import Foundation

/// Why the daemon cannot start, or had to stop. Each description is one line that names the faulty input and what is
/// allowed.
package enum GaitNodeError: Error, Equatable, CustomStringConvertible {
    /// A command line argument is unknown, or lacks its value.
    case usage(argument: String)
    /// The configuration file cannot be read.
    case unreadableFile(path: String, reason: String)
    /// The configuration file is not YAML, or its top level is not a mapping.
    case malformedFile(path: String, reason: String)
    /// The file contains an unknown key. `nearest` is the known key with the smallest edit distance.
    case unknownKey(path: String, key: String, nearest: String)
    /// A value has the wrong type, is out of its range or is not one of the choices.
    case invalidValue(key: String, value: String, allowed: String)
    /// A required key is missing or empty.
    case missingKey(key: String, advice: String)
    /// A secret's or certificate's file that a key names cannot be used.
    case unusableFile(path: String, key: String, reason: String)
    /// The model file that a key names cannot be used. `reason` is the model's own description.
    case model(path: String, key: String, reason: String)
    /// The model's labels are not the published emotions.
    case labels(path: String, found: [String], expected: [String])
    /// Another node with this name is connected to the broker.
    case nameTaken(node: String)
    /// The operating system gives the process too little of something; `code` is its `errno`.
    case resources(missing: String, code: Int32)
    /// The MQTT client could not be set up.
    case messaging(reason: String)

    /// The exit code: 64 for wrong arguments, 78 if the operator must change the configuration or the model file (systemd
    /// then does not restart the daemon), 1 otherwise.
    package var exitCode: Int32 {
        switch self {
        case .usage: 64
        case .messaging, .resources: 1
        default: 78
        }
    }

    package var description: String {
        switch self {
        case .usage(let argument):
            "unknown or incomplete argument '\(argument)'; see gaitd --help"
        case .unreadableFile(let path, let reason):
            "configuration file \(path) cannot be read: \(reason)"
        case .malformedFile(let path, let reason):
            "configuration file \(path) is not a YAML mapping of keys: \(reason)"
        case .unknownKey(let path, let key, let nearest):
            "unknown key '\(key)' in \(path); did you mean '\(nearest)'?"
        case .invalidValue(let key, let value, let allowed):
            "configuration key '\(key)' has the value '\(value)'; it must be \(allowed)"
        case .missingKey(let key, let advice):
            "configuration key '\(key)' is missing: \(advice)"
        case .unusableFile(let path, let key, let reason):
            "file \(path) of '\(key)' cannot be used: \(reason)"
        case .model(let path, let key, let reason):
            "model \(path) of '\(key)' cannot be used: \(reason)"
        case .labels(let path, let found, let expected):
            "model \(path) has the labels \(found.joined(separator: ", ")), "
                + "but needs \(expected.joined(separator: ", "))"
        case .nameTaken(let node):
            "a node named '\(node)' is connected to this broker already; give every node a 'node.id' of its own"
        case .resources(let missing, let code):
            "gaitd needs \(missing): \(String(cString: strerror(code))); raise the limit"
        case .messaging(let reason):
            "the MQTT client cannot be set up: \(reason)"
        }
    }
}

/// What an error means, for log lines and answers. Ours describe themselves; others show their cases or codes if they
/// are only interpolated.
package func explanation(of error: any Error) -> String {
    switch error {
    case let error as POSIXError: String(cString: strerror(error.code.rawValue))
    case is CancellationError: "it was canceled"
    case is CocoaError, is DecodingError, is EncodingError: error.localizedDescription
    case let error as any CustomStringConvertible where !(type(of: error) is NSError.Type): error.description
    default: error.localizedDescription
    }
}
