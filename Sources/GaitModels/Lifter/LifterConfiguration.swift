import Gait

/// The network of a lifter, and the body that it draws.
package struct LifterConfiguration: Codable, Sendable, Equatable {
    /// The channels of a frame between the blocks.
    package var channels = 160
    /// How often frames and then channels are mixed.
    package var blocks = 4
    /// The width of the hidden layer over the frames.
    package var frameHidden = 96
    /// The width of the hidden layer over the channels.
    package var channelHidden = 320
    /// Torso, thigh and shank of the typical body, meters: the size in which every body is drawn, since pictures do not
    /// show size. The median of the training gaits.
    package var bodyLength: Float = 1.35
    /// The recordings that were not trained on; nil if all were.
    package var heldOut: HeldOutRecordings?
    /// The estimators whose errors it learned to correct; nil in files that do not say.
    package var imitated: [String]?
    /// The classifier whose layers judged what it drew; nil for none.
    package var teacher: String?

    enum CodingKeys: String, CodingKey {
        case channels, blocks, imitated, teacher
        case frameHidden = "frame_hidden"
        case channelHidden = "channel_hidden"
        case bodyLength = "body_length"
        case heldOut = "held_out"
    }

    package init() {}

    /// - Throws: ``ModelError/configuration(_:)`` naming the value that prevents building a network.
    package func validate() throws(ModelError) {
        let sizes = [
            ("channels", channels, 1...4096), ("blocks", blocks, 1...64),
            ("frame_hidden", frameHidden, 1...4096), ("channel_hidden", channelHidden, 1...8192),
        ]
        for (name, value, range) in sizes where !range.contains(value) {
            throw .configuration("\(name) \(value); it must be \(range.lowerBound) to \(range.upperBound)")
        }
        guard (0.3...3).contains(bodyLength) else {
            throw .configuration("body_length \(bodyLength); it must be 0.3 to 3")
        }
    }
}

/// Which recordings a model was not trained on, so that they can test it.
package struct HeldOutRecordings: Codable, Sendable, Equatable {
    /// The share of each data set's recordings, and the seed by which ``GroupSplit`` drew them.
    package let share: Double
    package let seed: UInt64
    /// The first eight hexadecimal digits of the SHA-256 of each one's name, sorted: names are long.
    package let digests: [String]

    package init(share: Double, seed: UInt64, recordings: Set<String>) {
        (self.share, self.seed) = (share, seed)
        digests = Set(recordings.map(Self.digest)).sorted()
    }

    /// Whether the recording was left out.
    package func contains(_ recording: String) -> Bool { digests.contains(Self.digest(recording)) }

    private static func digest(_ recording: String) -> String {
        String(SHA256.hexadecimal(of: Array(recording.utf8)).prefix(8))
    }
}

/// The joints that the lifter sees and draws, as places in ``ImageWindow/joints``.
enum LifterJoints {
    /// V = 13.
    static let count = ImageWindow.joints.count
    /// Root-relative coordinates of a frame.
    static let coordinates = 3 * count

    static let head = 0
    static let leftShoulder = 1
    static let rightShoulder = 4
    static let leftHip = 7
    static let rightHip = 10
    static let leftFoot = 9
    static let rightFoot = 12
    static let leftHand = 3
    static let rightHand = 6

    /// Bones, and distances across the trunk that bones keep.
    static let bones: [(Int, Int)] = [
        (0, 1), (0, 4), (1, 4), (1, 2), (2, 3), (4, 5), (5, 6), (1, 7), (4, 10), (7, 10), (7, 8), (8, 9),
        (10, 11),
        (11, 12),
    ]

    /// Left and right of the same joint.
    static let sides: [(Int, Int)] = [(1, 4), (2, 5), (3, 6), (7, 10), (8, 11), (9, 12)]
}
