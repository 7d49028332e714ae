import Logging
import Messaging
import Synchronization

/// What the network thread tells of the connection: counted for the pipeline, and logged.
final class ConnectionMonitor: Sendable {
    private let count = Atomic<Int>(0)
    private let log: Mutex<RepeatedLog>
    private let logger: Logger

    init(logger: Logger) {
        self.logger = logger
        log = Mutex(RepeatedLog(logger: logger))
    }

    /// How often the broker has accepted us.
    var connections: Int { count.load(ordering: .acquiring) }

    /// Notes an event, on the network thread.
    func note(_ event: ConnectionEvent) {
        switch event {
        case .connected:
            count.add(1, ordering: .releasing)
            logger.info("\(event)")
        case .disconnected:
            logger.debug("\(event)")
        case .refused, .unreachable, .insecure, .lost, .subscriptionRefused, .publicationRefused:
            noteTrouble(event)
        }
    }

    /// Logs what is wrong: limited by kind, so that a broker that is down for a day writes a line a minute.
    func noteTrouble(_ event: ConnectionEvent) {
        log.withLock { log in log.warning(event.kind, at: Arrival.monotonicSeconds()) { "\(event)" } }
    }
}
