import ArgumentParser
import Foundation
import Messaging

/// `gaitctl status`: how the nodes at a broker are.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Report the state of the gaitd nodes at a broker.",
        discussion: """
            Prints state, version, model, uptime, memory, processor time, people, sources with what was dropped and \
            rejected, and latencies of every node, from the messages that the broker retains. If a health message is \
            missing or old, the command waits for a new one.

            Ends with 0 if every node that was asked for (without --node, every node) is online and well, otherwise \
            with 1 and one line that says why.

            Examples:
              gaitctl status
              gaitctl status --node n1 --json | jq .nodes[0].health.people
            """)

    @OptionGroup var broker: BrokerOptions
    @OptionGroup var prefixes: TopicOptions

    @Option(help: ArgumentHelp("A node to report; may be repeated. Default: all.", valueName: "name"))
    var node: [String] = []

    @Option(help: ArgumentHelp("The longest wait for a node's health message.", valueName: "seconds"))
    var timeout = 20.0

    @OptionGroup var output: OutputOptions

    func validate() throws {
        for node in node { try TopicOptions.check("--node", node) }
        try checkRange("--timeout", timeout, 0...600, "seconds")
    }

    func run() throws {
        let topics = try prefixes.topics()
        let connection = try BrokerConnection(
            broker.configuration(purpose: "status"), filters: NodeTable.filters(topics),
            qualityOfService: .atLeastOnce)
        defer { connection.stop() }
        let progress = ProgressReporter()
        defer { progress.finish() }
        var query = NodeQuery(
            connection: connection, names: node, patience: timeout, table: NodeTable(topics: topics))
        try query.run(progress: progress)
        progress.finish()
        let now = Arrival.now()
        let nodes = query.table.nodes.filter { node.isEmpty || node.contains($0.name) }
        let reports = nodes.map { NodeReport($0, now: now) }
        if output.json || !reports.isEmpty {
            try output.emit(["nodes": reports]) { reports.map(\.text).joined(separator: "\n\n") }
        }
        try judge(reports, known: query.table.nodes.map(\.name), topics: topics)
    }

    /// Throws unless every node that was asked for is well.
    private func judge(_ reports: [NodeReport], known: [String], topics: Topics) throws(CommandFailure) {
        let missing = node.filter { name in !reports.contains { $0.node == name } }
        guard !known.isEmpty else {
            throw .failure(
                "no node has published anything under \(topics.nodes)/ at \(broker.host):\(broker.port); is gaitd "
                    + "running, and connected to this broker?")
        }
        guard missing.isEmpty else {
            throw .failure(
                "no node is called \(missing.joined(separator: ", ")) at \(broker.host):\(broker.port); there is "
                    + known.prefix(20).joined(separator: ", "))
        }
        let problems = reports.compactMap { report in report.problem.map { "\(report.node) \($0)" } }
        guard problems.isEmpty else { throw .failure(problems.joined(separator: "; ")) }
    }
}

/// Asks the broker what it knows of the nodes, and waits for the health messages of nodes that are online.
struct NodeQuery {
    /// How long the broker's retained messages may take to come, seconds.
    private static let settling = 2.0
    /// The silence after which all of them have come, seconds.
    private static let quiet = 0.3

    let connection: BrokerConnection
    /// The nodes asked for; empty: all.
    let names: [String]
    /// The longest wait for a health message, seconds.
    let patience: Double
    /// What is known so far.
    var table: NodeTable

    /// Waits until everything is known, or cannot be expected any more.
    ///
    /// - Throws: `CommandFailure` at Ctrl-C, or if the broker refuses a subscription.
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

    /// Takes in one message; false if none came.
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

    /// The nodes that say that they are online without a recent health message.
    private var silentNodes: [String] {
        let now = Arrival.now()
        return asked.filter { name in
            guard let node = table.byName[name], node.state == .online else { return false }
            return !node.isHealthFresh(now)
        }
    }
}
