import ArgumentParser
import Foundation
import Messaging

/// `gaitctl status`: how the nodes at a broker are.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Say how the gaitd nodes at a broker are.",
        discussion: """
            Prints state, version, model, uptime, memory, processor time, people, sources with what was dropped and \
            rejected, and latencies of every node, from what the broker keeps of them. A health message that is \
            missing or old is waited for.

            Ends with 0 if every node that was asked for (all of them without --node) is online and well, otherwise \
            with 1 and one line that says why.

            Examples:
              gaitctl status
              gaitctl status --node n1 --json | jq .nodes[0].health.people
            """)

    @OptionGroup var broker: BrokerOptions
    @OptionGroup var prefixes: TopicOptions

    @Option(help: ArgumentHelp("A node to ask for; may be repeated. All without it.", valueName: "name"))
    var node: [String] = []

    @Option(help: ArgumentHelp("The longest wait for a node's health message.", valueName: "seconds"))
    var timeout = 20.0

    @OptionGroup var output: OutputOptions

    func validate() throws {
        for node in node { try TopicOptions.check("--node", node) }
        guard (0...600).contains(timeout) else {
            throw ValidationError("--timeout is 0 to 600 seconds, not \(timeout).")
        }
    }

    func run() throws {
        let topics = try prefixes.topics()
        let connection = try BrokerConnection(
            broker.configuration(purpose: "status"), filters: NodeTable.filters(topics, node: nil),
            qualityOfService: .atLeastOnce)
        defer { connection.stop() }
        let progress = ProgressReporter()
        defer { progress.finish() }
        var query = NodeQuery(connection, topics: topics, names: node, patience: timeout)
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
                "no node has said anything under \(topics.nodes)/ at \(broker.host):\(broker.port); is gaitd running, "
                    + "and connected to this broker?")
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
