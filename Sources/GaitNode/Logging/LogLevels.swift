package import Logging
import Synchronization

/// The parts of the node whose log lines can be chosen by themselves.
package enum Subsystem: String, CaseIterable, Sendable {
    /// The connection to the broker.
    case mqtt
    /// From skeletons to emotions.
    case pipeline
    /// From camera frames to skeletons.
    case perception
    /// What the node is asked for, labels included.
    case requests
    /// Retraining and the change of models.
    case training
}

/// Which log lines are written, for every logger of the process; may change while it runs. For any thread.
package final class LogLevels: Sendable {
    /// As the configuration has it.
    package struct Settings: Sendable, Equatable {
        /// Of what is no subsystem's, and of the subsystems that are not named.
        package var level: Logger.Level
        package var subsystems: [Subsystem: Logger.Level]

        package init(level: Logger.Level = .info, subsystems: [Subsystem: Logger.Level] = [:]) {
            (self.level, self.subsystems) = (level, subsystems)
        }
    }

    private let current = Mutex(Settings())

    package init() {}

    /// What is in force.
    package var settings: Settings {
        get { current.withLock { $0 } }
        set { current.withLock { $0 = newValue } }
    }

    /// The least severe lines that are written of a subsystem; of the others where it is nil.
    func level(of subsystem: Subsystem?) -> Logger.Level {
        current.withLock { settings in
            subsystem.flatMap { settings.subsystems[$0] } ?? settings.level
        }
    }

    /// The program's logger, which writes to standard error.
    package func logger(label: String) -> Logger {
        Logger(label: label) { _ in NodeLogHandler(levels: self) }
    }
}

extension Logger {
    /// The logger of a part of the node.
    func of(_ subsystem: Subsystem) -> Logger {
        var logger = self
        logger[metadataKey: NodeLogHandler.subsystemKey] = .string(subsystem.rawValue)
        return logger
    }
}
