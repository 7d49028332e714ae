/// Where the skeletons of one topic come from.
package struct SkeletonSource: Hashable, Sendable {
    package var robot: String
    /// The camera of `robots/{robot}/cameras/{camera}/skeletons`; nil for `robots/{robot}/skeletons`.
    package var camera: String?

    package init(robot: String, camera: String? = nil) {
        self.robot = robot
        self.camera = camera
    }

    /// What the emotion message calls `source`: the camera's name or `skeletons`.
    package var name: String { camera ?? "skeletons" }

    /// A person's name in the topics: the id, or `{camera}-{id}` for a camera source.
    package func person(identifier: String) -> String {
        guard let camera else { return identifier }
        return "\(camera)-\(identifier)"
    }
}

/// The topics of protocol.md, version 1, for one node.
///
/// Names that reach these functions have been checked by `isValidName`, so that no name can add a level or a
/// wildcard to a topic.
package struct Topics: Sendable, Equatable {
    /// The first levels of all robots' topics, `robots` as a rule.
    package let robots: String
    /// The first levels of all nodes' topics, `gaitd` as a rule.
    package let nodes: String
    /// This node's name.
    package let node: String

    private let robotsPrefix: [UInt8]

    /// Throws `MessagingError.invalidName` for a prefix with an empty level or other characters than names
    /// have, and for an invalid node name.
    package init(node: String, robots: String = "robots", nodes: String = "gaitd") throws(MessagingError) {
        guard Self.isValidName(node) else { throw .invalidName(kind: "node", value: node) }
        for prefix in [robots, nodes] where !Self.isValidPrefix(prefix) {
            throw .invalidName(kind: "topic prefix", value: prefix)
        }
        self.node = node
        self.robots = robots
        self.nodes = nodes
        robotsPrefix = Array("\(robots)/".utf8)
    }

    /// Whether a robot, camera, person or node may be called this: `[A-Za-z0-9_.-]{1,64}`.
    package static func isValidName(_ name: String) -> Bool {
        isValidName(name.utf8)
    }

    static func isValidName(_ bytes: some Collection<UInt8>) -> Bool {
        var count = 0
        for byte in bytes {
            count += 1
            guard count <= 64, isNameCharacter(byte) else { return false }
        }
        return count > 0
    }

    static func isNameCharacter(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
            true
        default:
            false
        }
    }

    /// Whether topics may begin with this: valid names separated by slashes.
    package static func isValidPrefix(_ prefix: String) -> Bool {
        prefix.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
            .allSatisfy { isValidName($0) }
    }
}

// MARK: - Topics that are published to

extension Topics {
    /// `robots/{robot}/people/{person}/emotion`
    package func emotion(robot: String, person: String) -> String {
        "\(robots)/\(robot)/people/\(person)/emotion"
    }

    /// `robots/{robot}/people`
    package func people(robot: String) -> String { "\(robots)/\(robot)/people" }

    /// `robots/{robot}/skeletons` or `robots/{robot}/cameras/{camera}/skeletons`
    package func skeletons(_ source: SkeletonSource) -> String {
        guard let camera = source.camera else { return "\(robots)/\(source.robot)/skeletons" }
        return "\(robots)/\(source.robot)/cameras/\(camera)/skeletons"
    }

    /// `robots/{robot}/cameras/{camera}/frame`
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
    /// `gaitd/{node}/request/{command}`; a command may have levels, such as `model/list`.
    package func request(_ command: String) -> String { "\(nodes)/\(node)/request/\(command)" }
    /// `gaitd/{node}/response/{command}`
    package func response(_ command: String) -> String { "\(nodes)/\(node)/response/\(command)" }
}

// MARK: - Topics that are subscribed to

extension Topics {
    /// The filters for the skeletons of `robot` (`+`: of all robots), with and without a camera.
    package func skeletonFilters(robot: String = "+") -> [String] {
        ["\(robots)/\(robot)/skeletons", "\(robots)/\(robot)/cameras/+/skeletons"]
    }

    /// The filter for the frames of all cameras of `robot` (`+`: of all robots).
    package func frameFilter(robot: String = "+") -> String { frame(robot: robot, camera: "+") }

    /// The filter for the requests to this node.
    package var requestFilter: String { request("#") }

    /// The command of a request to this node, such as `model/list`; nil for any other topic. Names that no command
    /// has are for the caller to refuse.
    package func parseRequest(_ topic: String) -> String? {
        let prefix = request("")
        guard topic.utf8.count > prefix.utf8.count, topic.hasPrefix(prefix) else { return nil }
        return String(topic.dropFirst(prefix.count))
    }

    /// The filter for the emotions of everybody that `robot` (`+`: any robot) sees.
    package func emotionFilter(robot: String = "+") -> String { "\(robots)/\(robot)/people/+/emotion" }

    /// The filter for the lists of whom `robot` (`+`: any robot) sees.
    package func peopleFilter(robot: String = "+") -> String { people(robot: robot) }

    /// The robot of a list of people; nil for any other topic, or where the name is not valid.
    package func parsePeople(_ topic: String) -> String? {
        guard let levels = levels(below: topic), levels.count == 2, levels[1].elementsEqual("people".utf8)
        else { return nil }
        return Self.name(levels[0])
    }

    /// Robot and camera of a skeleton topic; nil for any other topic, or where a name is not valid.
    package func parseSkeletons(_ topic: String) -> SkeletonSource? {
        guard let levels = levels(below: topic),
            levels.last.map({ $0.elementsEqual("skeletons".utf8) }) == true
        else { return nil }
        switch levels.count {
        case 2:
            guard let robot = Self.name(levels[0]) else { return nil }
            return SkeletonSource(robot: robot)
        case 4 where levels[1].elementsEqual("cameras".utf8):
            guard let robot = Self.name(levels[0]), let camera = Self.name(levels[2]) else { return nil }
            return SkeletonSource(robot: robot, camera: camera)
        default:
            return nil
        }
    }

    /// Robot and camera of a frame's topic; nil for any other topic, or where a name is not valid.
    package func parseFrame(_ topic: String) -> SkeletonSource? {
        guard let levels = levels(below: topic), levels.count == 4,
            levels[1].elementsEqual("cameras".utf8), levels[3].elementsEqual("frame".utf8),
            let robot = Self.name(levels[0]), let camera = Self.name(levels[2])
        else { return nil }
        return SkeletonSource(robot: robot, camera: camera)
    }

    /// Whether a topic is a frame's, whatever the names in it.
    package func isFrame(_ topic: String) -> Bool {
        guard let levels = levels(below: topic) else { return false }
        return levels.count == 4 && levels[1].elementsEqual("cameras".utf8)
            && levels[3].elementsEqual("frame".utf8)
    }

    /// Robot and person of an emotion topic; nil for any other topic, or where a name is not valid.
    package func parseEmotion(_ topic: String) -> (robot: String, person: String)? {
        guard let levels = levels(below: topic), levels.count == 4,
            levels[1].elementsEqual("people".utf8), levels[3].elementsEqual("emotion".utf8),
            let robot = Self.name(levels[0]), let person = Self.name(levels[2])
        else { return nil }
        return (robot, person)
    }

    private func levels(below topic: String) -> [Substring.UTF8View]? {
        guard topic.utf8.starts(with: robotsPrefix) else { return nil }
        return topic.utf8.dropFirst(robotsPrefix.count)
            .split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    }

    private static func name(_ level: Substring.UTF8View) -> String? {
        guard isValidName(level) else { return nil }
        return String(Substring(level))
    }
}
