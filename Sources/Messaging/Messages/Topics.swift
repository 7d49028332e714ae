/// The source of one topic's skeletons or frames.
package struct SkeletonSource: Hashable, Sendable {
    package var robot: String
    /// The camera of `robots/{robot}/cameras/{camera}/skeletons`; nil for `robots/{robot}/skeletons`.
    package var camera: String?

    package init(robot: String, camera: String? = nil) { (self.robot, self.camera) = (robot, camera) }

    /// The emotion message's `source`: the camera's name or `skeletons`.
    package var name: String { camera ?? "skeletons" }
}

/// The topics of protocol.md, version 1, for one node.
///
/// Callers have checked all names with `isValidName`, so that no name can add a level or a wildcard to a topic.
package struct Topics: Sendable, Equatable {
    /// The first levels of all robots' topics, `robots` by default.
    package let robots: String
    /// The first levels of all nodes' topics, `gaitd` by default.
    package let nodes: String
    /// This node's name.
    package let node: String

    private let robotsPrefix: [UInt8]

    /// Throws `MessagingError.invalidName` for a prefix with an empty level or with characters that names must not have,
    /// and for an invalid node name.
    package init(node: String, robots: String = "robots", nodes: String = "gaitd") throws(MessagingError) {
        guard Self.isValidName(node) else { throw .invalidName(kind: "node", value: node) }
        for prefix in [robots, nodes] where !Self.isValidPrefix(prefix) {
            throw .invalidName(kind: "topic prefix", value: prefix)
        }
        (self.node, self.robots, self.nodes) = (node, robots, nodes)
        robotsPrefix = Array("\(robots)/".utf8)
    }

    /// Whether this is a valid name of a robot, camera, person or node: `[A-Za-z0-9_.-]{1,64}`.
    package static func isValidName(_ name: String) -> Bool { isValidName(name.utf8) }

    static func isValidName(_ bytes: some Collection<UInt8>) -> Bool {
        (1...64).contains(bytes.count)
            && bytes.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// A valid name for any text, of 56 characters at most: it has `_` for all that names cannot have.
    package static func validName(for text: String) -> String {
        let valid = text.unicodeScalars.map { isValidName(String($0)) ? Character($0) : "_" }
        return valid.isEmpty ? "_" : String(valid.prefix(56))
    }

    /// Whether topics may begin with this: valid names separated by slashes.
    package static func isValidPrefix(_ prefix: String) -> Bool {
        prefix.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .allSatisfy { isValidName($0) }
    }
}

// MARK: - Topics to publish to

extension Topics {
    /// `robots/{robot}/people/{person}/emotion`
    package func emotion(robot: String, person: String) -> String {
        "\(robots)/\(robot)/people/\(person)/emotion"
    }

    /// `robots/{robot}/people`; with `+` a filter for all robots.
    package func people(robot: String) -> String { "\(robots)/\(robot)/people" }

    /// `robots/{robot}/poses`
    package func poses(robot: String) -> String { "\(robots)/\(robot)/poses" }

    /// `robots/{robot}/skeletons` or `robots/{robot}/cameras/{camera}/skeletons`
    package func skeletons(_ source: SkeletonSource) -> String {
        guard let camera = source.camera else { return "\(robots)/\(source.robot)/skeletons" }
        return "\(robots)/\(source.robot)/cameras/\(camera)/skeletons"
    }

    /// `robots/{robot}/cameras/{camera}/frame`; with `+` a filter.
    package func frame(robot: String, camera: String) -> String {
        "\(robots)/\(robot)/cameras/\(camera)/frame"
    }

    /// `gaitd/{node}/state`
    package var state: String { "\(nodes)/\(node)/state" }
    /// `gaitd/{node}/info`
    package var info: String { "\(nodes)/\(node)/info" }
    /// `gaitd/{node}/health`
    package var health: String { "\(nodes)/\(node)/health" }
    /// `gaitd/{node}/training`
    package var training: String { "\(nodes)/\(node)/training" }
    /// `gaitd/{node}/request/{command}`; a command may have levels, such as `model/list`, and `#` makes a filter.
    package func request(_ command: String) -> String { "\(nodes)/\(node)/request/\(command)" }
    /// `gaitd/{node}/response/{command}`
    package func response(_ command: String) -> String { "\(nodes)/\(node)/response/\(command)" }
}

// MARK: - Topics to subscribe to

extension Topics {
    /// The filters for the skeletons of `robot` (`+`: of all robots), with and without a camera.
    package func skeletonFilters(robot: String = "+") -> [String] {
        ["\(robots)/\(robot)/skeletons", "\(robots)/\(robot)/cameras/+/skeletons"]
    }

    /// The command of a request to this node, such as `model/list`; nil for any other topic. The caller refuses unknown
    /// commands.
    package func parseRequest(_ topic: String) -> String? {
        let prefix = request("")
        guard topic.utf8.count > prefix.utf8.count, topic.hasPrefix(prefix) else { return nil }
        return String(topic.dropFirst(prefix.count))
    }

    /// The filter for the emotions of all people that `robot` (`+`: any robot) sees.
    package func emotionFilter(robot: String = "+") -> String { "\(robots)/\(robot)/people/+/emotion" }

    /// The robot of a list of people; nil for any other topic or an invalid name.
    package func parsePeople(_ topic: String) -> String? {
        names(levels(below: topic), "+", "people").map { $0[0] }
    }

    /// The robot's level of any topic below the robots' prefix, valid or not; nil for other topics.
    package func robot(of topic: String) -> String? {
        guard topic.utf8.starts(with: robotsPrefix) else { return nil }
        let level = topic.utf8.dropFirst(robotsPrefix.count).prefix { $0 != UInt8(ascii: "/") }
        return String(Substring(level))
    }

    /// Robot and camera of a skeleton topic; nil for any other topic or an invalid name.
    package func parseSkeletons(_ topic: String) -> SkeletonSource? {
        let levels = levels(below: topic)
        if let names = names(levels, "+", "skeletons") { return SkeletonSource(robot: names[0]) }
        return names(levels, "+", "cameras", "+", "skeletons").map {
            SkeletonSource(robot: $0[0], camera: $0[1])
        }
    }

    /// Robot and camera of a frame's topic; nil for any other topic or an invalid name.
    package func parseFrame(_ topic: String) -> SkeletonSource? {
        names(levels(below: topic), "+", "cameras", "+", "frame").map {
            SkeletonSource(robot: $0[0], camera: $0[1])
        }
    }

    /// Whether a topic is a frame's, valid names or not.
    package func isFrame(_ topic: String) -> Bool {
        Self.matches(levels(below: topic), ["+", "cameras", "+", "frame"])
    }

    /// Robot and person of an emotion topic; nil for any other topic or an invalid name.
    package func parseEmotion(_ topic: String) -> (robot: String, person: String)? {
        names(levels(below: topic), "+", "people", "+", "emotion").map { ($0[0], $0[1]) }
    }

    /// The levels below the robots' prefix; none for any other topic.
    private func levels(below topic: String) -> [Substring.UTF8View] {
        guard topic.utf8.starts(with: robotsPrefix) else { return [] }
        return topic.utf8.dropFirst(robotsPrefix.count)
            .split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    }

    private static func matches(_ levels: [Substring.UTF8View], _ pattern: [String]) -> Bool {
        levels.count == pattern.count
            && zip(levels, pattern).allSatisfy { $1 == "+" || $0.elementsEqual($1.utf8) }
    }

    /// The valid names in place of each `+`; nil if the levels do not match.
    private func names(_ levels: [Substring.UTF8View], _ pattern: String...) -> [String]? {
        guard Self.matches(levels, pattern) else { return nil }
        let names = zip(levels, pattern).filter { $1 == "+" }.map(\.0)
        return names.allSatisfy { Self.isValidName($0) } ? names.map { String(Substring($0)) } : nil
    }
}
