import Gait
import Messaging
import TestSupport
import Testing

@Suite("Skeleton messages of pictures")
struct KeypointMessageTests {
    private static let image = "\"image\":{\"width\":1000,\"height\":500,\"focal_px\":800}"

    /// Keypoints of a layout, in pixels, with the confidence 0.9.
    private static func joints(
        _ layout: SkeletonLayout = .step16, _ joint: (Int) -> String = { "[\(100 + $0),\(50 + 2 * $0),0.9]" }
    ) -> String {
        "[" + (0..<layout.jointCount).map(joint).joined(separator: ",") + "]"
    }

    private static func body(id: String = "\"7\"", joints: String = joints()) -> String {
        "{\"id\":\(id),\"joints\":\(joints)}"
    }

    private static func text(
        _ fields: String = image, layout: SkeletonLayout = .step16, bodies: String = body()
    ) -> String {
        let fields = fields.isEmpty ? "" : fields + ","
        return "{\"layout\":\"\(layout.rawValue)\",\"origin\":\"image\",\(fields)\"bodies\":[\(bodies)]}"
    }

    private func decode(_ text: String) throws -> SkeletonMessage {
        var message = SkeletonMessage()
        try message.decode(Array(text.utf8))
        return message
    }

    private func rejection(_ text: String) throws -> SkeletonRejection {
        try #require(throws: SkeletonRejection.self) { try decode(text) }
    }

    /// The message's only pose.
    private func pose(_ text: String) throws -> Pose {
        let message = try decode(text)
        #expect(message.bodyRejections.total == 0, "\(message.bodyRejections.byName)")
        return try #require(message.bodies.first).pose
    }

    @Test(
        "every layout's keypoints become rays, with midpoints as in space", arguments: SkeletonLayout.allCases
    )
    func layouts(layout: SkeletonLayout) throws {
        let message = try decode(
            Self.text(layout: layout, bodies: Self.body(joints: Self.joints(layout))))
        let pose = try #require(message.bodies.first).pose
        #expect(
            message.bodyRejections.total == 0 && pose.present == .all && !message.bodies[0].looksLikeImage)
        func ray(_ index: Int) -> SIMD3<Float> {
            SIMD3((Float(100 + index) - 500) / 800, (Float(50 + 2 * index) - 250) / 800, 0.9)
        }
        let expected = layout.pose { ray($0) }
        for joint in Joint.allCases { #expect((pose[joint] - expected[joint]).length < 1e-6) }
    }

    @Test("pixels and shares, with and without confidences, in any order of the fields")
    func units() throws {
        let pixels = try pose(Self.text("\"units\":\"px\"," + Self.image))
        #expect(try pose(Self.text()) == pixels)
        let shares = Self.joints { "[\(Double(100 + $0) / 1000),\(Double(50 + 2 * $0) / 500),0.9]" }
        let normalized = try pose(
            "{\"bodies\":[\(Self.body(joints: shares))],\"units\":\"normalized\",\(Self.image),"
                + "\"layout\":\"step16\",\"origin\":\"image\"}")
        for joint in Joint.allCases { #expect((pixels[joint] - normalized[joint]).length < 1e-6) }
        let sure = try pose(Self.text(bodies: Self.body(joints: Self.joints { "[\(100 + $0),50]" })))
        #expect(Joint.allCases.allSatisfy { sure[$0].z == 1 })
    }

    @Test(
        "without a focal length the usual field of view is assumed, and the message says that it is unknown")
    func focalLength() throws {
        let message = try decode(Self.text("\"image\":{\"width\":1000,\"height\":500,\"focal_px\":null}"))
        let image = try #require(message.image)
        #expect(image.focalLength == nil && message.imageUnits == .pixel)
        #expect(abs(message.bodies[0].pose[.root].x + 400 / image.effectiveFocalLength) < 1e-6)
        let full = try decode(
            Self.text("\"image\":{\"tilt_deg\":-7.5,\"width\":1e3,\"height\":500,\"x\":[1]}"))
        #expect(full.image?.tilt == -7.5)
    }

    @Test(
        "keypoints that were not seen are missing",
        arguments: [
            "null", "[null,null]", "[null,null,null]", "[5,6,null]", "[0,0,0]", "[0,0]", "[0,0,0.4]",
            "[120,130,0]", "[120,130,-1]", "[10000,130,0.9]", "[120,-10000,0.9]", "[1e999,5]", "[-3e38,5,1]",
        ])
    func missing(joint: String) throws {
        let joints = Self.joints { $0 == 9 ? joint : "[\(100 + $0),\(50 + 2 * $0),0.9]" }
        let message = try decode(Self.text(bodies: Self.body(joints: joints)))
        #expect(message.bodyRejections.total == 0)
        #expect(message.bodies.map(\.pose.present) == [JointSet.all.subtracting(JointSet(.rightHand))])
        let isFar = joint.contains("10000") || joint.contains("e")
        #expect(message.keypointsOutside == (isFar ? 1 : 0))
    }

    @Test("keypoints a little outside of the picture are kept; confidences above 1 count as 1")
    func outside() throws {
        let joints = Self.joints { $0 == 12 ? "[500,590,88]" : "[\(100 + $0),\(50 + 2 * $0),0.9]" }
        let foot = try pose(Self.text(bodies: Self.body(joints: joints))).position(.leftFoot)
        #expect(foot?.z == 1 && abs((foot?.y ?? 0) - 340.0 / 800) < 1e-6)
    }

    @Test("a missing root lies between the hips")
    func root() throws {
        let joints = Self.joints { $0 == 0 ? "null" : "[\(100 + $0),\(50 + 2 * $0),0.9]" }
        let pose = try pose(Self.text(bodies: Self.body(joints: joints)))
        #expect((pose[.root] - (pose[.leftHip] + pose[.rightHip]) / 2).length < 1e-6)
    }

    @Test(
        "faults of the picture's fields reject the message by name",
        arguments: [
            ("", RejectionReason.missingImage, ""), ("\"image\":null", .missingImage, ""),
            ("\"image\":7", .invalidImage, "\"image\" must be an object"),
            ("\"image\":[1000,500]", .invalidImage, "object"),
            ("\"image\":{}", .invalidImage, "image.width\" is missing"),
            ("\"image\":{\"width\":1000}", .invalidImage, "image.height\" is missing"),
            ("\"image\":{\"width\":null,\"height\":500}", .invalidImage, "image.width"),
            ("\"image\":{\"width\":0,\"height\":500}", .invalidImage, "image.width"),
            ("\"image\":{\"width\":-1000,\"height\":500}", .invalidImage, "image.width"),
            ("\"image\":{\"width\":1e999,\"height\":500}", .invalidImage, "image.width"),
            (
                "\"image\":{\"width\":\"1000\",\"height\":500}", .invalidImage,
                "image.width\" must be a number"
            ),
            ("\"image\":{\"width\":1000,\"height\":1e9}", .invalidImage, "image.height"),
            ("\"image\":{\"width\":NaN,\"height\":500}", .malformedJSON, ""),
            ("\"image\":{\"width\":1000,\"height\":500,\"focal_px\":0}", .invalidImage, "image.focal_px"),
            ("\"image\":{\"width\":1000,\"height\":500,\"focal_px\":1e7}", .invalidImage, "image.focal_px"),
            ("\"image\":{\"width\":1000,\"height\":500,\"focal_px\":-800}", .invalidImage, "image.focal_px"),
            ("\"image\":{\"width\":1000,\"height\":500,\"tilt_deg\":120}", .invalidImage, "image.tilt_deg"),
            ("\"units\":\"m\"," + image, .mismatchedUnits, "units m with origin image"),
            ("\"units\":\"mm\"," + image, .mismatchedUnits, "units mm"),
            ("\"units\":\"percent\"," + image, .unknownUnits, ""),
            (image + "," + image, .duplicateField, ""),
        ])
    func messageFaults(fields: String, reason: RejectionReason, detail: String) throws {
        let rejection = try rejection(Self.text(fields))
        #expect(rejection.reason == reason, "\(rejection)")
        #expect(rejection.description.contains(detail), "\(rejection)")
        #expect(!reason.advice.isEmpty)
    }

    @Test("a picture's units without origin image are refused, an image is passed over")
    func withoutOrigin() throws {
        let body = "{\"joints\":[" + (0..<16).map { "[\($0),1,2]" }.joined(separator: ",") + "]}"
        func text(_ fields: String) -> String { "{\"layout\":\"step16\",\(fields),\"bodies\":[\(body)]}" }
        for unit in ["px", "normalized"] {
            #expect(try rejection(text("\"units\":\"\(unit)\"")).reason == .mismatchedUnits)
        }
        let message = try decode(text("\"image\":{\"width\":0}"))
        #expect(message.bodies.count == 1 && message.image == nil)
    }

    @Test(
        "faults of one body reject that body only",
        arguments: [
            (body(joints: joints { "[\(100 + $0),5,1,0.9]" }), RejectionReason.wrongJointLength),
            (body(joints: joints { _ in "[5]" }), .wrongJointLength),
            (body(joints: joints { _ in "[5,true]" }), .illTypedJoints),
            (body(joints: joints(.coco17)), .wrongJointCount),
            (body(joints: joints { "[\(5000 + $0),5,1]" }), .outsideImage),
            (body(joints: joints { "[0.\($0),0.5\($0),0.9]" }), .normalizedKeypoints),
            (body(id: "\"good\""), .duplicateID),
        ])
    func bodyFaults(body: String, expected: RejectionReason) throws {
        let message = try decode(
            Self.text(bodies: "\(Self.body(id: "\"good\"")),\(body),\(Self.body(id: "\"last\""))"))
        #expect(message.bodies.map(\.id) == ["good", "last"])
        #expect(message.bodyRejections.byName == [expected.rawValue: 1])
        #expect(message.advice(on: expected) != "" && !expected.advice.isEmpty)
    }

    @Test("several bodies need no ids, and a body without any keypoint is empty")
    func bodies() throws {
        let unnamed = "{\"joints\":\(Self.joints())}"
        let empty = "{\"joints\":\(Self.joints { _ in "[0,0,0]" })}"
        let message = try decode(Self.text(bodies: [unnamed, unnamed, empty].joined(separator: ",")))
        #expect(message.bodies.map(\.id) == [nil, nil, nil] && message.bodies[2].pose.present == [])
    }

    @Test("nothing of a picture is left in the next message")
    func reuse() throws {
        var message = SkeletonMessage()
        try message.decode(Array(Self.text("\"units\":\"normalized\"," + Self.image, bodies: "").utf8))
        #expect(message.imageUnits == .normalized && message.image != nil)
        try message.decode(Array("{\"layout\":\"step16\",\"bodies\":[]}".utf8))
        #expect(message.image == nil && message.origin == .world && message.units == .metre)
        #expect(throws: SkeletonRejection.self) { try message.decode(Array(Self.text("").utf8)) }
        // The picture's size may change from message to message: rays stay comparable.
        try message.decode(Array(Self.text().utf8))
        let before = message.bodies[0].pose[.head]
        let half = Self.joints { "[\(Double(100 + $0) / 2),\(Double(50 + 2 * $0) / 2),0.9]" }
        let small = "\"image\":{\"width\":500,\"height\":250,\"focal_px\":400}"
        try message.decode(Array(Self.text(small, bodies: Self.body(joints: half)).utf8))
        #expect((message.bodies[0].pose[.head] - before).length < 1e-6)
    }
}
