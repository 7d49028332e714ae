/// Why a skeleton message, or one body in it, was refused: the names that `health` counts under.
///
/// A fault of the message itself rejects all of it; a fault within one body rejects that body only, and the
/// others go on.
package enum RejectionReason: String, CaseIterable, Sendable {
    // MARK: The whole message

    /// The topic is none of protocol.md's, or a name in it is not allowed.
    case invalidTopic = "invalid_topic"
    /// More bytes than the configured bound.
    case payloadTooLarge = "payload_too_large"
    /// Not JSON, or not UTF-8, or cut off; `NaN` and `Infinity` are not JSON.
    case malformedJSON = "malformed_json"
    /// Arrays and objects within one another more than 32 deep.
    case nestedTooDeeply = "nested_too_deeply"
    /// JSON, but not an object.
    case notAnObject = "not_an_object"
    /// A field that matters occurs twice in one object: which one was meant cannot be known.
    case duplicateField = "duplicate_field"
    case missingLayout = "missing_layout"
    case missingBodies = "missing_bodies"
    /// `layout`, `bodies`, `units`, `up`, `origin`, `frame_id` or `stamp` is of another type than it must be.
    case illTypedField = "ill_typed_field"
    /// A layout that is unknown or not supported yet.
    case unknownLayout = "unknown_layout"
    case unknownUnits = "unknown_units"
    case unknownUp = "unknown_up"
    case unknownOrigin = "unknown_origin"
    /// A stamp that is negative, or beyond what nanoseconds since 1970 come to.
    case invalidStamp = "invalid_stamp"
    /// A frame's name of more than 255 bytes.
    case invalidFrameID = "invalid_frame_id"
    /// Not four numbers that make a rotation.
    case invalidOrientation = "invalid_orientation"
    /// More than 64.
    case tooManyBodies = "too_many_bodies"

    // MARK: One body

    /// A body that is not an object.
    case illTypedBody = "ill_typed_body"
    /// No id, of several bodies that are relative to their own roots: they have no place to be told apart by.
    case missingID = "missing_id"
    /// An id that does not match `[A-Za-z0-9_.-]{1,64}`, or is neither a string nor an integer.
    case invalidID = "invalid_id"
    /// An id that an earlier body of the same message has.
    case duplicateID = "duplicate_id"
    case missingJoints = "missing_joints"
    /// `joints` is no array, or a joint is neither null nor an array of numbers.
    case illTypedJoints = "ill_typed_joints"
    /// Another number of joints than the layout has.
    case wrongJointCount = "wrong_joint_count"
    /// A joint of fewer than 2 or more than 4 numbers.
    case wrongJointLength = "wrong_joint_length"
    /// Joints of two numbers: there is no lifter.
    case twoDimensionalLayout = "two_dimensional_layout"
    /// A coordinate of more than 1000 m.
    case implausibleCoordinate = "implausible_coordinate"
    /// A torso, from neck to root, that is no person's. Found by whoever uses the pose, not by the decoder.
    case implausibleGeometry = "implausible_geometry"
}

/// How often each reason occurred.
package struct RejectionCounts: Sendable, Equatable {
    private var counts = [Int](repeating: 0, count: RejectionReason.allCases.count)

    package init() {}

    /// How often `reason` occurred.
    package subscript(reason: RejectionReason) -> Int {
        counts[Self.index(of: reason)]
    }

    package var total: Int { counts.reduce(0, +) }

    package mutating func add(_ reason: RejectionReason) {
        counts[Self.index(of: reason)] += 1
    }

    package mutating func add(_ other: RejectionCounts) {
        for index in counts.indices { counts[index] += other.counts[index] }
    }

    /// Keeps the storage.
    package mutating func reset() {
        for index in counts.indices { counts[index] = 0 }
    }

    /// By the names of the reasons that occurred.
    package var byName: [String: Int] {
        var named: [String: Int] = [:]
        for (reason, count) in zip(RejectionReason.allCases, counts) where count > 0 {
            named[reason.rawValue] = count
        }
        return named
    }

    private static func index(of reason: RejectionReason) -> Int {
        RejectionReason.allCases.firstIndex(of: reason) ?? 0
    }
}

/// A skeleton message that was refused as a whole.
package struct SkeletonRejection: Error, Equatable, CustomStringConvertible {
    package var reason: RejectionReason
    /// Where in the payload the fault was found, counted from 0.
    package var byteOffset: Int

    package init(_ reason: RejectionReason, at byteOffset: Int) {
        self.reason = reason
        self.byteOffset = byteOffset
    }

    package var description: String {
        "the skeleton message was rejected as \(reason.rawValue) at byte \(byteOffset)"
    }
}
