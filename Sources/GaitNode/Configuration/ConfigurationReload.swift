import Logging
import Messaging
import Synchronization

/// Takes over the reloadable keys of a changed configuration while the node runs. For any thread.
package final class ConfigurationReload: Sendable {
    /// Reads and checks the configuration again.
    package typealias Read = @Sendable () async throws -> NodeConfiguration

    private struct State {
        var current: NodeConfiguration
        /// For the pipeline to take; nil if it has taken the newest.
        var offered: NodeConfiguration?
    }

    private let state: Mutex<State>
    private let read: Read?
    private let levels: LogLevels?
    private let logger: Logger
    private let wake: @Sendable () -> Void

    /// - Parameters:
    ///   - configuration: The configuration at startup.
    ///   - read: Nil if there is nothing to read again.
    ///   - levels: Takes changed log levels.
    ///   - wake: Called when the pipeline has something to take.
    init(
        _ configuration: NodeConfiguration, read: Read?, levels: LogLevels?, logger: Logger,
        wake: @escaping @Sendable () -> Void
    ) {
        state = Mutex(State(current: configuration))
        (self.read, self.levels, self.logger, self.wake) = (read, levels, logger, wake)
    }

    /// Reads the configuration and takes over its reloadable keys. One log line names them and the keys that need a
    /// restart. An invalid configuration changes nothing.
    func reload() async {
        guard let read else { return logger.warning("there is no configuration file to reload") }
        do {
            let new = try await read()
            let (applied, pending) = take(new)
            levels?.settings = new.log
            if !applied.isEmpty { wake() }
            logger.notice("\(Self.summary(applied: applied, pending: pending))")
        } catch {
            logger.error("the configuration is unchanged: \(explanation(of: error))")
        }
    }

    /// The configuration for the pipeline to continue with; nil if nothing has changed since the last call.
    func takeOffered() -> NodeConfiguration? {
        state.withLock { state in
            defer { state.offered = nil }
            return state.offered
        }
    }

    /// - Returns: the names of the changed keys: those that now apply, and those that need a restart.
    private func take(_ new: NodeConfiguration) -> (applied: [String], pending: [String]) {
        state.withLock { state in
            let rows = ConfigurationTable.rows.filter { $0.value(state.current) != $0.value(new) }
            let (applied, pending) = (rows.filter(\.isReloadable), rows.filter { !$0.isReloadable })
            state.current = state.current.reloaded(from: new)
            if !applied.isEmpty { state.offered = state.current }
            return (applied.map(\.name).sorted(), pending.map(\.name).sorted())
        }
    }

    private static func summary(applied: [String], pending: [String]) -> String {
        let parts = [
            applied.isEmpty ? nil : "now applied: \(applied.joined(separator: ", "))",
            pending.isEmpty ? nil : "needs a restart: \(pending.joined(separator: ", "))",
        ].compactMap(\.self)
        return "configuration reloaded; "
            + (parts.isEmpty ? "nothing has changed" : parts.joined(separator: "; "))
    }
}
