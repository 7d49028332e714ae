import Logging
import Messaging
import Synchronization

/// Takes a changed configuration over while the node runs, as far as that goes. For any thread.
package final class ConfigurationReload: Sendable {
    /// Reads and checks the configuration anew.
    package typealias Read = @Sendable () async throws -> NodeConfiguration

    private struct State {
        var current: NodeConfiguration
        /// For the pipeline to take; nil where it has taken the newest.
        var offered: NodeConfiguration?
    }

    private let state: Mutex<State>
    private let read: Read?
    private let levels: LogLevels?
    private let logger: Logger
    private let wake: @Sendable () -> Void

    /// - Parameters:
    ///   - configuration: What the node was started with.
    ///   - read: Nil where there is nothing to read anew.
    ///   - levels: Told of changed log levels.
    ///   - wake: Called when there is something for the pipeline to take.
    init(
        _ configuration: NodeConfiguration, read: Read?, levels: LogLevels?, logger: Logger,
        wake: @escaping @Sendable () -> Void
    ) {
        state = Mutex(State(current: configuration))
        (self.read, self.levels, self.logger, self.wake) = (read, levels, logger, wake)
    }

    /// Reads the configuration and takes over what can be; one log line says what, and what needs a restart. Where it
    /// is wrong, everything stays as it is.
    func reload() async {
        guard let read else { return logger.warning("there is no configuration file to be read again") }
        do {
            let new = try await read()
            let (taken, left) = take(new)
            levels?.settings = new.log
            if !taken.isEmpty { wake() }
            logger.notice("\(Self.summary(taken: taken, left: left))")
        } catch {
            logger.error("the configuration stays as it was: \(error)")
        }
    }

    /// The configuration that the pipeline is to go on with; nil where nothing has changed since the last call.
    func takeOffered() -> NodeConfiguration? {
        state.withLock { state in
            defer { state.offered = nil }
            return state.offered
        }
    }

    /// - Returns: the names of the changed keys: those that are taken over, and those that need a restart.
    private func take(_ new: NodeConfiguration) -> (taken: [String], left: [String]) {
        state.withLock { state in
            let old = state.current.values
            let changed = new.values.filter { old[$0.key] != $0.value }.keys.sorted()
            let taken = changed.filter(ConfigurationTable.reloadable.contains)
            state.current = state.current.reloaded(from: new)
            if !taken.isEmpty { state.offered = state.current }
            return (taken, changed.filter { !ConfigurationTable.reloadable.contains($0) })
        }
    }

    private static func summary(taken: [String], left: [String]) -> String {
        let parts = [
            taken.isEmpty ? nil : "in force now: \(taken.joined(separator: ", "))",
            left.isEmpty ? nil : "needs a restart: \(left.joined(separator: ", "))",
        ].compactMap(\.self)
        return "the configuration was read again, "
            + (parts.isEmpty ? "nothing has changed" : parts.joined(separator: "; "))
    }
}
