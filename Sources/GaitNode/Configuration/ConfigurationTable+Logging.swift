import Configuration
import Logging
import Messaging

/// The keys of what is logged.
extension ConfigurationTable {
    private static let allowedLevels =
        "one of " + Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")

    static let logLevel = ConfigurationKey.text(
        "log.level", type: "text", default: "info", allowed: allowedLevels,
        meaning: "Least severe log lines that are written to standard error."
    ) { Logger.Level(rawValue: $0) != nil }
    static let subsystemLevels: [(subsystem: Subsystem, key: ConfigurationKey<String?>)] =
        Subsystem.allCases.map { subsystem in
            let key = ConfigurationKey<String?>.optionalText(
                "log.levels.\(subsystem.rawValue)", type: "text", allowed: allowedLevels,
                meaning: "The same for \(subsystem.meaning); `log.level` if absent."
            ) { Logger.Level(rawValue: $0) != nil }
            return (subsystem, key)
        }

    /// The documentation of these keys.
    static let logRows: [ConfigurationRow] = [logLevel.row] + subsystemLevels.map(\.key.row)
}

extension Subsystem {
    fileprivate var meaning: String {
        switch self {
        case .mqtt: "the connection to the broker"
        case .pipeline: "the way from skeletons to emotions"
        case .perception: "the way from camera frames to skeletons"
        case .requests: "requests and labels"
        case .training: "retraining and the change of models"
        }
    }
}

extension LogLevels.Settings {
    init(reader: ConfigReader) throws(GaitNodeError) {
        self.init(level: Logger.Level(rawValue: try ConfigurationTable.logLevel.value(from: reader)) ?? .info)
        for (subsystem, key) in ConfigurationTable.subsystemLevels {
            subsystems[subsystem] = try key.value(from: reader).flatMap(Logger.Level.init(rawValue:))
        }
    }

    var values: [String: JSONValue] {
        var values: [String: JSONValue] = [ConfigurationTable.logLevel.row.name: .string(level.rawValue)]
        for (subsystem, key) in ConfigurationTable.subsystemLevels {
            values[key.row.name] = subsystems[subsystem].map { .string($0.rawValue) } ?? .null
        }
        return values
    }
}
