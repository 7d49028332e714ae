import ArgumentParser
import Messaging

/// The options that say where the topics of protocol.md begin.
struct TopicOptions: ParsableArguments {
    @Option(help: ArgumentHelp("What the robots' topics begin with.", valueName: "prefix"))
    var robotsPrefix = "robots"

    @Option(help: ArgumentHelp("What the nodes' topics begin with.", valueName: "prefix"))
    var nodePrefix = "gaitd"

    func validate() throws {
        for prefix in [robotsPrefix, nodePrefix] where !Topics.isValidPrefix(prefix) {
            throw ValidationError(
                "\"\(prefix)\" is no beginning of a topic: names with slashes between them.")
        }
    }

    /// The topics under these prefixes.
    ///
    /// - Parameter node: the node that its own topics are of.
    func topics(node: String = "gaitctl") throws(MessagingError) -> Topics {
        try Topics(node: node, robots: robotsPrefix, nodes: nodePrefix)
    }

    /// Throws a `ValidationError` for a robot, camera or node that cannot be in a topic.
    static func check(_ option: String, _ name: String) throws {
        guard Topics.isValidName(name) else {
            throw ValidationError(
                "\(option) is 1 to 64 letters, digits, dots, dashes or underscores, not \"\(name)\".")
        }
    }
}
