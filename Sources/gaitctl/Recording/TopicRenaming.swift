import Messaging

/// Where the messages of a recording are published.
struct TopicRenaming {
    /// The topics as they were recorded.
    let recorded: Topics
    /// What the robots' topics begin with now; nil: as recorded.
    var prefix: String?
    /// The robot's new name; nil: as recorded.
    var robot: String?
    /// Whether messages on other topics than skeletons' are published, too.
    var takesAll = false

    /// The robot whose topics have been renamed.
    private var renamed: String?

    init(recorded: Topics, prefix: String? = nil, robot: String? = nil, takesAll: Bool = false) {
        self.recorded = recorded
        self.prefix = prefix
        self.robot = robot
        self.takesAll = takesAll
    }

    /// The topic to publish on; nil for one that is left out.
    ///
    /// - Throws: `CommandFailure.failure` where two robots would get the same name.
    mutating func topic(for topic: String) throws(CommandFailure) -> String? {
        guard takesAll || recorded.parseSkeletons(topic) != nil else { return nil }
        let levels =
            topic.utf8.starts(with: "\(recorded.robots)/".utf8)
            ? topic.dropFirst(recorded.robots.count + 1).split(
                separator: "/", omittingEmptySubsequences: false)
            : []
        // Topics such as the nodes' have no robot in them.
        guard let name = levels.first, prefix != nil || robot != nil else { return topic }
        if let robot {
            if let renamed, renamed != name {
                throw .failure(
                    "the recording has the robots \(renamed) and \(name); as \"\(robot)\" they would be mixed"
                )
            }
            renamed = String(name)
        }
        let rest = [robot ?? String(name)] + levels.dropFirst().map(String.init)
        return "\(prefix ?? recorded.robots)/\(rest.joined(separator: "/"))"
    }
}
