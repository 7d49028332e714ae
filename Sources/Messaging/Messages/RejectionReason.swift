import Gait

/// Why a skeleton message, or one body in it, was rejected: the names under which `health` counts.
///
/// A fault of the message rejects all of it; a fault within one body rejects only that body.
package enum RejectionReason: String, CaseIterable, Sendable {
    // MARK: The whole message

    /// The topic is not one of protocol.md's, or a name in it is invalid.
    case invalidTopic = "invalid_topic"
    /// More bytes than the configured limit.
    case payloadTooLarge = "payload_too_large"
    /// Not JSON, not UTF-8, or truncated; `NaN` and `Infinity` are not JSON.
    case malformedJSON = "malformed_json"
    /// Arrays and objects nested more than 32 deep.
    case nestedTooDeeply = "nested_too_deeply"
    /// JSON, but not an object.
    case notAnObject = "not_an_object"
    /// A known field occurs twice in one object.
    case duplicateField = "duplicate_field"
    case missingLayout = "missing_layout"
    case missingBodies = "missing_bodies"
    /// `layout`, `bodies`, `units`, `up`, `origin`, `frame_id` or `stamp` has the wrong type.
    case illTypedField = "ill_typed_field"
    case unknownLayout = "unknown_layout"
    case unknownUnits = "unknown_units"
    case unknownUp = "unknown_up"
    case unknownOrigin = "unknown_origin"
    /// Units of a picture without `origin: image`, or units of length with it.
    case mismatchedUnits = "mismatched_units"
    /// `origin: image` without `image`.
    case missingImage = "missing_image"
    /// `image` is no object, or its width, height, focal length or tilt cannot be right.
    case invalidImage = "invalid_image"
    /// A stamp that is negative, or too large even for nanoseconds since 1970.
    case invalidStamp = "invalid_stamp"
    /// A frame name of more than 255 bytes.
    case invalidFrameID = "invalid_frame_id"
    /// Not four numbers that form a rotation.
    case invalidOrientation = "invalid_orientation"
    /// More than 64.
    case tooManyBodies = "too_many_bodies"

    // MARK: One body

    /// A body that is not an object.
    case illTypedBody = "ill_typed_body"
    /// No id, although several bodies are relative to their own roots and so have no positions to distinguish them.
    case missingID = "missing_id"
    /// An id that does not match `[A-Za-z0-9_.-]{1,64}`, or is neither a string nor an integer.
    case invalidID = "invalid_id"
    /// The id of an earlier body in the same message, which is used.
    case duplicateID = "duplicate_id"
    case missingJoints = "missing_joints"
    /// `joints` is not an array, or a joint is neither null nor an array of numbers and nulls.
    case illTypedJoints = "ill_typed_joints"
    /// Not as many joints as the layout has.
    case wrongJointCount = "wrong_joint_count"
    /// A joint of fewer than 2 or more than 4 numbers; in a picture, of more than 3.
    case wrongJointLength = "wrong_joint_length"
    /// Joints of two numbers without `origin: image`.
    case twoDimensionalLayout = "two_dimensional_layout"
    /// Most keypoints are far outside of the picture.
    case outsideImage = "outside_image"
    /// Keypoints in pixels that all lie in the picture's first corner.
    case normalizedKeypoints = "normalized_keypoints"
    /// A coordinate of more than 1000 m.
    case implausibleCoordinate = "implausible_coordinate"
    /// A torso, from neck to root, of an impossible length, or a body of an impossible size in a picture. The user of the
    /// pose checks this, not the decoder.
    case implausibleGeometry = "implausible_geometry"
}

extension RejectionReason {
    /// What the sender has to do about it.
    package var advice: String {
        func list<Name: CaseIterable & RawRepresentable>(_ type: Name.Type) -> String
        where Name.RawValue == String { type.allCases.map(\.rawValue).joined(separator: ", ") }
        return switch self {
        case .unknownLayout: "layouts are \(list(SkeletonLayout.self))"
        case .missingLayout: "send \"layout\": one of \(list(SkeletonLayout.self))"
        case .missingBodies: "send \"bodies\"; an empty array if no person is in view"
        case .unknownUnits:
            "units are \(list(LengthUnit.self)), or with origin image \(list(ImageUnit.self))"
        case .mismatchedUnits:
            "with \"origin\": \"image\" units are \(list(ImageUnit.self)); otherwise \(list(LengthUnit.self))"
        case .missingImage:
            "with \"origin\": \"image\" send the picture's size, \"image\": {\"width\": 1280, \"height\": 720}"
        case .invalidImage:
            "image has width and height, 1 to 50000 pixels, and where known focal_px, the focal length in pixels, and "
                + "tilt_deg, how far the camera looks down, -90 to 90"
        case .unknownUp: "up is \(list(UpAxis.self))"
        case .unknownOrigin: "origin is \(list(CoordinateOrigin.self))"
        case .malformedJSON:
            "send JSON (RFC 8259) in UTF-8; NaN and Infinity are not JSON: a missing joint is null"
        case .notAnObject: "send one JSON object per message"
        case .duplicateField: "send every field once"
        case .illTypedField:
            "layout, units, up, origin and frame_id are strings, stamp is a number, bodies an array"
        case .invalidStamp: "send the stamp in seconds since the clock began; it is never negative"
        case .invalidOrientation: "orientation is a unit quaternion [x, y, z, w]"
        case .tooManyBodies: "send at most \(SkeletonMessage.maximumBodies) bodies in a message"
        case .payloadTooLarge: "send at most one megabyte per message"
        case .invalidID: "an id is 1 to 64 letters, digits, dots, dashes or underscores, or an integer"
        case .missingJoints: "send \"joints\" with every body"
        case .illTypedJoints:
            "a joint is [x, y, z], [x, y, z, confidence] or null; with origin image [x, y] or [x, y, confidence]"
        case .wrongJointLength:
            "a joint is three numbers, or four with a confidence; with origin image two, or three with a confidence"
        case .twoDimensionalLayout:
            "for keypoints in a picture say \"origin\": \"image\", with \"image\": {\"width\", \"height\"}"
        case .outsideImage:
            "keypoints are far outside of the picture: check image.width, image.height and units (px or normalized)"
        case .normalizedKeypoints:
            "all x and y are within 2 pixels: send \"units\": \"normalized\" if they are shares of width and height"
        case .implausibleCoordinate:
            "coordinates are more than 1000 m away: the unit is wrong, or the depth is invalid"
        case .invalidTopic, .nestedTooDeeply, .invalidFrameID, .illTypedBody, .missingID, .duplicateID,
            .wrongJointCount, .implausibleGeometry:
            "see Skeletons.md for the format of a message"
        }
    }
}

/// Counts by reason.
package struct RejectionCounts: Sendable, Equatable {
    private var counts: [RejectionReason: Int] = [:]

    package init() {}

    /// How often `reason` occurred.
    package subscript(reason: RejectionReason) -> Int {
        get { counts[reason, default: 0] }
        set { counts[reason] = newValue }
    }

    package var total: Int { counts.values.reduce(0, +) }

    /// Zeroes the counts and keeps the storage.
    mutating func reset() { counts.removeAll(keepingCapacity: true) }

    /// The counts of the reasons that occurred, by name.
    package var byName: [String: Int] {
        Dictionary(uniqueKeysWithValues: counts.map { ($0.rawValue, $1) })
    }
}

/// A skeleton message that was rejected as a whole.
package struct SkeletonRejection: Error, Equatable, CustomStringConvertible {
    package var reason: RejectionReason
    /// The fault's place in the payload, counted from 0.
    package var byteOffset: Int

    /// What is wrong there, as far as the reason does not say it.
    package var detail: String?

    package init(_ reason: RejectionReason, at byteOffset: Int, detail: String? = nil) {
        (self.reason, self.byteOffset, self.detail) = (reason, byteOffset, detail)
    }

    package var description: String {
        "the skeleton message was rejected as \(reason.rawValue) at byte \(byteOffset)"
            + (detail.map { ": \($0)" } ?? "")
    }
}
