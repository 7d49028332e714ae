import Gait
import Messaging
import TestSupport
import Testing

struct SkeletonMessageTests {
    private static func joints(_ count: Int = 16, _ joint: (Int) -> String = { "[\($0),1,0.5]" }) -> String {
        "[" + (0..<count).map(joint).joined(separator: ",") + "]"
    }

    private static func body(id: String = "\"7\"", joints: String = joints()) -> String {
        "{\"id\":\(id),\"joints\":\(joints)}"
    }

    private static func text(_ fields: String = "", bodies: String = body()) -> String {
        "{\"layout\":\"step16\",\(fields.isEmpty ? "" : fields + ",")\"bodies\":[\(bodies)]}"
    }

    private func decode(_ text: String) throws -> SkeletonMessage {
        var message = SkeletonMessage()
        try message.decode(Array(text.utf8))
        return message
    }

    private func reason(_ text: String) -> RejectionReason? {
        do {
            _ = try decode(text)
            return nil
        } catch {
            return (error as? SkeletonRejection)?.reason
        }
    }

    @Test("the message of the protocol is read with all its fields")
    func complete() throws {
        let message = try decode(
            """
            {"stamp": 1789.2, "layout": "step16", "units": "cm", "up": "y", "frame_id": "odom",
             "origin": "root",
             "extra": {"a": [1, 2, {"layout": 3}]}, "bodies":
             [\(Self.body(id: "7")), \(Self.body(id: "\"p-8\""))]}
            """)
        #expect(message.stamp == 1789.2)
        #expect(message.layout == .step16)
        #expect(message.units == .centimetre)
        #expect(message.frameID == "odom")
        #expect(message.origin == .root)
        #expect(message.bodies.map(\.id) == ["7", "p-8"])
        #expect(message.bodyRejections.total == 0)
        let pose = message.bodies[0].pose
        #expect(pose.present == .all)
        for joint in Joint.allCases {
            let expected = SIMD3<Float>(Float(joint.rawValue) * 0.01, 0.01, 0.005)
            #expect((pose[joint] - expected).max() < 1e-6)
        }
    }

    @Test("only layout and bodies are required")
    func defaults() throws {
        let message = try decode(Self.text())
        #expect(message.stamp == nil && message.frameID == nil && message.orientation == nil)
        #expect(message.units == .metre && message.up == .y && message.origin == .world)
        #expect(try decode(Self.text(bodies: "")).bodies.isEmpty)
        let nulls =
            "\"stamp\":null,\"units\":null,\"up\":null,\"frame_id\":null,\"origin\":null,\"orientation\":null"
        #expect(try decode(Self.text(nulls)).bodies.count == 1)
    }

    @Test("units and axes may follow the bodies, and escaped names are names")
    func anyOrder() throws {
        let message = try decode(
            "{\"bodies\":[\(Self.body())],\"up\":\"z\",\"units\":\"mm\",\"l\\u0061yout\":\"step16\"}")
        let root = message.bodies[0].pose[.spine]
        #expect((root - SIMD3(0.001, 0.0005, -0.001)).max() < 1e-7)
        #expect((message.inSourceFrame(root) - SIMD3(0.001, 0.001, 0.0005)).max() < 1e-7)
    }

    @Test("null joints and joints without confidence are missing")
    func missingJoints() throws {
        let joints = Self.joints { index in
            switch index {
            case 3: "null"
            case 6: "[1,2,3,0]"
            case 9: "[1,2,3,0.01]"
            default: "[\(index),1,0]"
            }
        }
        let pose = try decode(Self.text(bodies: Self.body(joints: joints))).bodies[0].pose
        #expect(!pose.present.contains(.head) && !pose.present.contains(.leftHand))
        #expect(pose.present.contains(.rightHand))
    }

    @Test(
        "joints with a null in them are missing",
        arguments: [
            "[null,null,null]", "[null,null,null,null]", "[null,null,null,0.9]", "[1,2,null]", "[1,2,3,null]",
        ])
    func nullCoordinates(joint: String) throws {
        let joints = Self.joints { $0 == 9 ? joint : "[\($0),1,0.5]" }
        let message = try decode(Self.text(bodies: Self.body(joints: joints)))
        #expect(message.bodyRejections.total == 0)
        #expect(message.bodies.map(\.pose.present) == [JointSet.all.subtracting(JointSet(.rightHand))])
    }

    /// The joints of each body of a recording among the shared cases, in order.
    private func presentJoints(inCase name: String) throws -> [JointSet] {
        let reader = try RecordingReader(SharedData.testCase("\(name)/walk.jsonl"))
        var joints: [JointSet] = []
        while let recorded = try reader.next() {
            let message = try decode(String(decoding: recorded.payload, as: UTF8.self))
            #expect(message.bodyRejections.total == 0)
            joints += message.bodies.map(\.pose.present)
        }
        return joints
    }

    @Test(
        "recordings with nulls and zeros for a hand lack it where they should",
        .sharedCases)
    func recordedPlaceholders() throws {
        let withoutHand = JointSet.all.subtracting(JointSet(.rightHand))
        let nulls = try presentJoints(inCase: "null-coordinates")
        #expect(!nulls.isEmpty && nulls.allSatisfy { $0 == withoutHand })
        let zeros = try presentJoints(inCase: "zero-placeholder")
        #expect(zeros == (try presentJoints(inCase: "zero-placeholder-control")))
        #expect(zeros.contains(withoutHand) && zeros.allSatisfy { [.all, withoutHand].contains($0) })
    }

    @Test(
        "a joint at exactly zero is missing in the world, before units and axes, and not relative to the root"
    )
    func zeroPlaceholders() throws {
        let joints = Self.joints { $0 == 9 ? "[0,-0.0,0e5]" : $0 == 8 ? "[0,1e-3,0]" : "[\($0),1,0.5]" }
        let body = Self.body(joints: joints)
        for fields in ["", "\"up\":\"z\",\"units\":\"mm\",\"orientation\":[0,0,1,0]"] {
            let present = try decode(Self.text(fields, bodies: body)).bodies[0].pose.present
            #expect(present == JointSet.all.subtracting(JointSet(.rightHand)))
        }
        let relative = "{\"layout\":\"step16\",\"bodies\":[\(body)],\"origin\":\"root\"}"
        #expect(try decode(relative).bodies[0].pose.present == .all)
    }

    @Test("a root at zero is a placeholder, unless the neck is a torso away from it")
    func zeroRoots() throws {
        func pose(neck: String) throws -> Pose {
            let joints = Self.joints { $0 == 0 ? "[0,0,0]" : $0 == 2 ? neck : "[\($0),1,0.5]" }
            return try decode(Self.text(bodies: Self.body(joints: joints))).bodies[0].pose
        }
        #expect(try !pose(neck: "[3,1.4,2]").present.contains(.root))
        #expect(try !pose(neck: "null").present.contains(.root))
        #expect(try pose(neck: "[0,0.5,0.1]").present == .all)
    }

    @Test(
        "an integer is an id however it is written",
        arguments: [
            ("7", "7"), ("7.0", "7"), ("0.7e1", "7"), ("1.20E+2", "120"), ("-3", "-3"), ("-0", "0"),
            ("0.0", "0"),
            ("0e99", "0"), ("1e3", "1000"), ("18446744073709551615", "18446744073709551615"), ("100", "100"),
            ("1e63", "1" + String(repeating: "0", count: 63)),
        ])
    func integerIDs(sent: String, id: String) throws {
        let message = try decode(Self.text(bodies: Self.body(id: sent)))
        #expect(message.bodies.map(\.id) == [id])
    }

    @Test("the id -1 means none, also of several bodies", arguments: ["-1", "\"-1\"", "-1.0", "null"])
    func unmatchedIDs(id: String) throws {
        let bodies = [Self.body(id: id), Self.body(), Self.body(id: id)].joined(separator: ",")
        let message = try decode(Self.text(bodies: bodies))
        #expect(message.bodies.map(\.id) == [nil, "7", nil] && message.bodyRejections.total == 0)
    }

    @Test("a byte order mark and a final NUL are passed over", arguments: ["\0", "\n\0", ""])
    func frames(end: String) throws {
        for start in ["\u{FEFF}", "\u{FEFF} ", ""] {
            #expect(try decode(start + Self.text() + end).bodies.count == 1)
        }
    }

    @Test(
        "a field of the wrong type is named, with its type",
        arguments: [
            ("stamp", "\"now\"", "a number"), ("stamp", "[1]", "a number"), ("stamp", "true", "a number"),
            ("units", "1", "a string"), ("up", "{}", "a string"), ("origin", "[]", "a string"),
            ("frame_id", "7", "a string"),
        ])
    func wrongTypes(field: String, value: String, type: String) throws {
        let error = #expect(throws: SkeletonRejection.self) { try decode(Self.text("\"\(field)\":\(value)")) }
        let text = try #require(error).description
        #expect(text.contains("ill_typed_field") && text.hasSuffix("\"\(field)\" must be \(type)"), "\(text)")
    }

    @Test("the orientation is applied after up, and undone for positions")
    func orientation() throws {
        // A quarter turn about y takes x to -z; a rounded quaternion is normalized.
        let message = try decode(Self.text("\"orientation\":[0,0.7071,0,0.7071]"))
        let spine = message.bodies[0].pose[.spine]
        #expect(abs(spine.x - 0.5) < 1e-4 && abs(spine.y - 1) < 1e-4 && abs(spine.z + 1) < 1e-4)
        let back = message.inSourceFrame(spine)
        #expect(abs(back.x - 1) < 1e-4 && abs(back.y - 1) < 1e-4 && abs(back.z - 0.5) < 1e-4)
    }

    @Test(
        "faults of the message reject all of it",
        arguments: [
            ("{", RejectionReason.malformedJSON), ("", .malformedJSON), (text() + "x", .malformedJSON),
            (text("\"stamp\":NaN"), .malformedJSON),
            (text(bodies: body(joints: "[[NaN,0,0]]")), .malformedJSON), ("[]", .notAnObject),
            ("1", .notAnObject), ("{}", .missingLayout), ("{\"layout\":\"step16\"}", .missingBodies),
            ("{\"bodies\":[]}", .missingLayout), ("{\"layout\":16,\"bodies\":[]}", .illTypedField),
            ("{\"layout\":null,\"bodies\":[]}", .illTypedField),
            ("{\"layout\":\"step16\",\"bodies\":null}", .illTypedField),
            ("{\"layout\":\"step16\",\"bodies\":{}}", .illTypedField),
            ("{\"layout\":\"octopus8\",\"bodies\":[]}", .unknownLayout),
            ("{\"layout\":\"a layout of many letters\",\"bodies\":[]}", .unknownLayout),
            (text("\"units\":\"ft\""), .unknownUnits), (text("\"units\":1"), .illTypedField),
            (text("\"up\":\"x\""), .unknownUp), (text("\"origin\":\"moon\""), .unknownOrigin),
            (text("\"stamp\":\"now\""), .illTypedField), (text("\"stamp\":-1"), .invalidStamp),
            ("\u{FEFF}\u{FEFF}\(text())", .malformedJSON), (text() + "\0\0", .malformedJSON),
            ("\0", .malformedJSON), ("\u{FEFF}", .malformedJSON),
            (text("\"stamp\":1e30"), .invalidStamp), (text("\"stamp\":1e999"), .invalidStamp),
            (text("\"frame_id\":7"), .illTypedField),
            (text("\"frame_id\":\"\(String(repeating: "f", count: 300))\""), .invalidFrameID),
            (text("\"orientation\":[0,0,0,0]"), .invalidOrientation),
            (text("\"orientation\":[0,0,1]"), .invalidOrientation),
            (text("\"orientation\":\"up\""), .invalidOrientation),
            (text("\"orientation\":[0,0,0,\"1\"]"), .invalidOrientation),
            (text("\"layout\":\"step16\""), .duplicateField),
            (text("\"deep\":" + String(repeating: "[", count: 40)), .nestedTooDeeply),
        ])
    func messageFaults(text: String, expected: RejectionReason) {
        #expect(reason(text) == expected, "\(text)")
    }

    @Test(
        "faults of one body reject that body only",
        arguments: [
            ("7", RejectionReason.illTypedBody), ("null", .illTypedBody),
            (body(id: "\"\""), .invalidID), (body(id: "\"a/b\""), .invalidID),
            (body(id: "\"+\""), .invalidID),
            (body(id: "\"#\""), .invalidID), (body(id: "\"a b\""), .invalidID), (body(id: "1.5"), .invalidID),
            (body(id: "1e-3"), .invalidID), (body(id: "1e64"), .invalidID), (body(id: "true"), .invalidID),
            (body(id: "[1]"), .invalidID),
            (body(id: "\"\(String(repeating: "i", count: 65))\""), .invalidID),
            (body(id: "\"\u{E4}\""), .invalidID), (body(id: String(repeating: "1", count: 65)), .invalidID),
            (body(id: "\"good\""), .duplicateID), (body(id: "\"\\u0067ood\""), .duplicateID),
            ("{\"id\":\"7\"}", .missingJoints), (body(joints: "null"), .illTypedJoints),
            (body(joints: "{}"), .illTypedJoints), (body(joints: "[]"), .wrongJointCount),
            (body(joints: joints(15)), .wrongJointCount), (body(joints: joints(17)), .wrongJointCount),
            (body(joints: joints(5000)), .wrongJointCount),
            (body(joints: joints { "[\($0),1]" }), .twoDimensionalLayout),
            (body(joints: joints { "[\($0)]" }), .wrongJointLength),
            (body(joints: joints { _ in "[]" }), .wrongJointLength),
            (body(joints: joints { "[\($0),1,2,3,4]" }), .wrongJointLength),
            (body(joints: joints { "\($0)" }), .illTypedJoints),
            (body(joints: joints { "[\($0),null]" }), .twoDimensionalLayout),
            (body(joints: joints { _ in "[1,null,true]" }), .illTypedJoints),
            (body(joints: joints { "[\($0),1,\"2\"]" }), .illTypedJoints),
            (body(joints: joints { $0 == 5 ? "[1e30,0,0]" : "[1,2,3]" }), .implausibleCoordinate),
            (body(joints: joints { $0 == 5 ? "[0,-1e999,0]" : "[1,2,3]" }), .implausibleCoordinate),
            (body(joints: joints { $0 == 5 ? "[0,0,1001]" : "[1,2,3]" }), .implausibleCoordinate),
            ("{\"id\":\"7\",\"id\":\"8\",\"joints\":\(joints())}", .duplicateField),
            ("{\"id\":\"7\",\"joints\":\(joints()),\"joints\":\(joints())}", .duplicateField),
        ])
    func bodyFaults(body: String, expected: RejectionReason) throws {
        let message = try decode(
            Self.text(bodies: "\(Self.body(id: "\"good\"")),\(body),\(Self.body(id: "\"last\""))"))
        #expect(message.bodies.map(\.id) == ["good", "last"])
        #expect(message.bodyRejections.byName == [expected.rawValue: 1])
        #expect(message.bodyRejections[expected] == 1)
    }

    @Test("a body without an id is accepted, and its id is nil")
    func withoutID() throws {
        let unnamed = "{\"joints\":\(Self.joints())}"
        let bodies = [unnamed, Self.body(id: "7"), unnamed, Self.body(id: "null")].joined(separator: ",")
        var message = try decode(Self.text(bodies: bodies))
        #expect(message.bodies.map(\.id) == [nil, "7", nil, nil])
        #expect(message.bodyRejections.total == 0)
        // In the place of an unnamed body a named one has its name, and the other way round.
        let exchanged = [Self.body(id: "8"), unnamed].joined(separator: ",")
        try message.decode(Array(Self.text(bodies: exchanged).utf8))
        #expect(message.bodies.map(\.id) == ["8", nil])
    }

    @Test("of several bodies that are relative to their roots only those with ids are accepted")
    func withoutIDAndPlace() throws {
        let unnamed = "{\"joints\":\(Self.joints())}"
        let alone = try decode(Self.text("\"origin\":\"root\"", bodies: unnamed))
        #expect(alone.bodies.count == 1 && alone.bodies[0].id == nil)
        let bodies = [unnamed, Self.body(id: "7"), unnamed].joined(separator: ",")
        let message = try decode(Self.text("\"origin\":\"root\"", bodies: bodies))
        #expect(message.bodies.map(\.id) == ["7"])
        #expect(message.bodyRejections[.missingID] == 2)
    }

    @Test("joints of two coordinates are refused by a line that names the layout and the origin of pictures")
    func flat() throws {
        let flat = Self.body(joints: Self.joints(17) { "[\($0),1]" })
        let message = try decode("{\"layout\":\"coco17\",\"bodies\":[\(flat)]}")
        #expect(message.bodyRejections.byName == ["two_dimensional_layout": 1])
        let advice = try #require(message.advice(on: RejectionReason.twoDimensionalLayout))
        #expect(advice.contains("coco17") && advice.contains("\"origin\": \"image\""))
    }

    @Test("64 bodies are accepted, any larger number rejects the message", arguments: [65, 10_000])
    func bodyCount(count: Int) throws {
        func bodies(_ count: Int) -> String {
            (0..<count).map { Self.body(id: "\($0)") }.joined(separator: ",")
        }
        #expect(try decode(Self.text(bodies: bodies(64))).bodies.count == 64)
        var message = SkeletonMessage()
        #expect(throws: SkeletonRejection.self) {
            try message.decode(Array(Self.text(bodies: bodies(count)).utf8), maximumBytes: 1 << 24)
        }
        #expect(reason(Self.text(bodies: (0..<65).map { "\($0)" }.joined(separator: ","))) == .tooManyBodies)
    }

    @Test("a payload over the bound is rejected before it is read")
    func payloadBound() {
        var message = SkeletonMessage()
        let payload = [UInt8](repeating: 0x20, count: 5_000_000)
        #expect(throws: SkeletonRejection(.payloadTooLarge, at: 1 << 20)) { try message.decode(payload) }
        #expect(throws: SkeletonRejection(.payloadTooLarge, at: 10)) {
            try message.decode(payload, maximumBytes: 10)
        }
    }

    @Test("nothing of a message is left in the next one")
    func reuse() throws {
        var message = SkeletonMessage()
        let full = Self.text(
            "\"stamp\":1,\"units\":\"cm\",\"up\":\"z\",\"frame_id\":\"odom\","
                + "\"origin\":\"root\",\"orientation\":[0,0,0,1]",
            bodies: (0..<5).map { Self.body(id: "\($0)") }.joined(separator: ",") + ",7")
        try message.decode(Array(full.utf8))
        #expect(message.bodies.count == 5 && message.bodyRejections.total == 1)
        try message.decode(Array(Self.text().utf8))
        #expect(message.stamp == nil && message.units == .metre && message.up == .y)
        #expect(message.frameID == nil && message.origin == .world && message.orientation == nil)
        #expect(message.bodies.map(\.id) == ["7"])
        #expect(message.bodyRejections.total == 0)
        #expect(throws: SkeletonRejection.self) { try message.decode([]) }
        #expect(message.bodies.isEmpty)
    }

    @Test("every layout is accepted with its number of joints", arguments: SkeletonLayout.allCases)
    func layouts(layout: SkeletonLayout) throws {
        let body = Self.body(joints: Self.joints(layout.jointCount))
        let message = try decode("{\"layout\":\"\(layout.rawValue)\",\"bodies\":[\(body)]}")
        #expect(message.layout == layout)
        #expect(message.bodies.first?.pose.present == .all)
    }

    @Test("reasons have distinct names in snake case")
    func reasonNames() {
        let names = RejectionReason.allCases.map(\.rawValue)
        #expect(Set(names).count == names.count)
        #expect(names.allSatisfy { $0.allSatisfy { $0 == "_" || ($0.isLetter && $0.isLowercase) } })
    }
}
