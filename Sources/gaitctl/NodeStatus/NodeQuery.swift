import Messaging

/// Asks the broker what it knows of the nodes, and waits for the health of those that are online.
struct NodeQuery {
    /// How long the broker's retained messages may take to come, seconds.
    private static let settling = 2.0
    /// They have come when nothing has for so long, seconds.
    private static let quiet = 0.3

    let connection: BrokerConnection
    /// The nodes asked for; empty: all there are.
    let names: [String]
    /// The longest wait for a health message, seconds.
    let patience: Double
    private(set) var table: NodeTable

    init(_ connection: BrokerConnection, topics: Topics, names: [String], patience: Double) {
        self.connection = connection
        self.names = names
        self.patience = patience
        table = NodeTable(topics: topics)
    }

    /// Waits until everything is known, or cannot be expected any more.
    ///
    /// - Throws: `CommandFailure` at Ctrl-C, and where the broker refuses a subscription.
    mutating func run(progress: ProgressReporter) throws(CommandFailure) {
        let start = Arrival.monotonicSeconds()
        while !isSettled, Arrival.monotonicSeconds() < start + NodeQuery.settling {
            try take(for: NodeQuery.quiet)
        }
        while try take(for: NodeQuery.quiet) {
            if Arrival.monotonicSeconds() > start + NodeQuery.settling { break }
        }
        while let waiting = silentNodes.first, Arrival.monotonicSeconds() < start + patience {
            progress.report("status: waiting for the health of \(waiting)")
            try take(for: NodeQuery.quiet)
        }
    }

    /// Takes in one message; false where none came.
    @discardableResult
    private mutating func take(for seconds: Double) throws(CommandFailure) -> Bool {
        let message = try connection.next(until: Arrival.monotonicSeconds() + seconds)
        try Interruption.check()
        guard let message else { return false }
        table.take(message)
        return true
    }

    private var asked: [String] { names.isEmpty ? table.nodes.map(\.name) : names }

    /// Whether every node that was asked for has introduced itself.
    private var isSettled: Bool {
        !asked.isEmpty && asked.allSatisfy { table.byName[$0]?.state != nil && table.byName[$0]?.info != nil }
    }

    /// Those who say that they are online, and have not shown it.
    private var silentNodes: [String] {
        let now = Arrival.now()
        return asked.filter { name in
            guard let node = table.byName[name], node.state == .online else { return false }
            return !node.isHealthFresh(now)
        }
    }
}
