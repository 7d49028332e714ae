/// Why the daemon cannot start, or had to stop. Each description is one line that says what was wrong with
/// which input, and what is allowed.
package enum GaitNodeError: Error, Equatable {
    /// A command line argument is not known, or lacks its value.
    case usage(argument: String)
    /// The configuration file cannot be read.
    case unreadableFile(path: String, reason: String)
    /// The configuration file is not YAML, or its top level is not a mapping.
    case malformedFile(path: String, reason: String)
    /// A key of the file means nothing to this program. `nearest` is the known key with the smallest
    /// distance.
    case unknownKey(path: String, key: String, nearest: String)
    /// A value has the wrong type, is out of its range or is not one of the choices.
    case invalidValue(key: String, value: String, allowed: String)
    /// A key that somebody has to write is missing, or empty.
    case missingKey(key: String, advice: String)
    /// A file that a key names, of a secret or a certificate, cannot be read or not be used.
    case unusableFile(path: String, key: String, reason: String)
    /// The model file that a key names cannot be used. `reason` is the model's own description.
    case model(path: String, key: String, reason: String)
    /// The model names other labels than the emotions that are published.
    case labels(path: String, found: [String], expected: [String])
    /// Another node with this name is at the broker.
    case nameTaken(node: String)
    /// The MQTT client could not be set up.
    case messaging(reason: String)

    /// The exit code: 64 for wrong arguments, 78 for what an operator has to change in the configuration
    /// or the model file (systemd does not restart the daemon then), 1 otherwise.
    package var exitCode: Int32 {
        switch self {
        case .usage: 64
        case .messaging: 1
        default: 78
        }
    }
}

extension GaitNodeError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .usage(let argument):
            "unknown or incomplete argument '\(argument)', see gaitd --help"
        case .unreadableFile(let path, let reason):
            "configuration file \(path) cannot be read: \(reason)"
        case .malformedFile(let path, let reason):
            "configuration file \(path) is not a YAML mapping of keys: \(reason)"
        case .unknownKey(let path, let key, let nearest):
            "unknown key '\(key)' in \(path), did you mean '\(nearest)'?"
        case .invalidValue(let key, let value, let allowed):
            "configuration key '\(key)' has the value '\(value)', allowed is \(allowed)"
        case .missingKey(let key, let advice):
            "configuration key '\(key)' is missing: \(advice)"
        case .unusableFile(let path, let key, let reason):
            "file \(path) of '\(key)' cannot be used: \(reason)"
        case .model(let path, let key, let reason):
            "model \(path) of '\(key)' cannot be used: \(reason)"
        case .labels(let path, let found, let expected):
            "model \(path) knows the labels \(found.joined(separator: ", ")), "
                + "needed are \(expected.joined(separator: ", "))"
        case .nameTaken(let node):
            "a node '\(node)' is at this broker already and answers, give every node a 'node.id' of its own"
        case .messaging(let reason):
            "MQTT client cannot be set up: \(reason)"
        }
    }
}
