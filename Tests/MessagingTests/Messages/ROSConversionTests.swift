import Foundation
import Gait
import Messaging
import TestSupport
import Testing

/// The interpreter of the system.
private enum Python {
    static let path = ["/usr/bin/python3", "/usr/local/bin/python3"]
        .first { FileManager.default.isExecutableFile(atPath: $0) }
}

/// What the ROS 2 node's conversions make of ROS messages, read by gaitd's own decoder.
@Suite("ROS 2 conversions", .enabled(if: Python.path != nil, "python3 is not installed"))
struct ROSConversionTests {
    @Test("the conversions' own tests pass")
    func ownTests() throws {
        let run = try run(["-m", "unittest", "test_gaitd_conversion"])
        #expect(run.process.wait() == 0, "\(run.errors)")
        #expect(run.errors.contains("OK"))
    }

    @Test("node and launch file are Python", arguments: ["ros2/gaitd_bridge.py", "gaitd.launch.py"])
    func syntax(name: String) throws {
        let path = PackageFolder.path("launch/\(name)")
        let run = try run(["-c", "import ast, sys; ast.parse(open(sys.argv[1]).read())", path])
        #expect(run.process.wait() == 0, "\(run.errors)")
    }

    @Test(
        "an upright body of any ZED format or of an Azure Kinect is decoded as it stands, with z up or y down"
    )
    func decoded() throws {
        let run = try run(["-c", Self.program])
        #expect(run.process.wait() == 0, "\(run.errors)")
        let lines = run.output.split(separator: "\n")
        try #require(lines.count == 4)
        let layouts: [SkeletonLayout] = [.coco18, .zed34, .zed38, .azure32]
        var message = SkeletonMessage()
        for (line, layout) in zip(lines, layouts) {
            try message.decode(Array(line.utf8))
            #expect(message.layout == layout && message.stamp == 1789.25 && message.frameID == "camera")
            try #require(message.bodies.count == 1, "\(layout): \(message.bodyRejections.total) rejected")
            let body = message.bodies[0]
            #expect(body.id == "7")
            // The neck is 0.5 m above the root, and both 3 m before the camera.
            let difference = body.pose[.neck] - body.pose[.root]
            #expect(abs(difference.y - 0.5) < 1e-5 && abs(difference.x) < 1e-5 && abs(difference.z) < 1e-5)
            // One hand was not seen.
            #expect(
                !body.pose.present.contains(Joint.leftHand) && body.pose.present.contains(Joint.rightHand))
        }
    }

    /// Prints four messages: joints 3 m before the camera, necks and shoulders 0.5 m above all others.
    private static let program = """
        import math
        from types import SimpleNamespace as Message
        import gaitd_conversion as conversion

        header = Message(frame_id="camera", stamp=Message(sec=1789, nanosec=250_000_000))
        for body_format, upper, hand in [(0, (1, 2, 5), 7), (1, (3,), 7), (2, (4,), 16)]:
            points = [Message(kp=[3.0, 0.0, 1.5 if index in upper else 1.0]) for index in range(70)]
            points[hand].kp = [math.nan] * 3
            item = Message(label_id=7, skeleton_available=True, body_format=body_format, tracking_available=True,
                           tracking_state=1, skeleton_3d=Message(keypoints=points))
            objects = Message(header=header, objects=[item])
            print(conversion.encoded(conversion.zed_skeletons(objects, conversion.source_form("m", "z"))).decode())
        markers = [
            Message(id=700 + joint, action=0, header=header,
                    pose=Message(position=Message(x=0.0, y=-0.5 if joint == 3 else 0.0, z=3.0)))
            for joint in range(32) if joint != 7
        ]
        form = conversion.source_form("m", "-y")
        print(conversion.encoded(conversion.azure_skeletons(Message(markers=markers), form)).decode())
        """

    private func run(_ arguments: [String]) throws -> ProgramRun {
        try ProgramRun(
            try #require(Python.path), arguments, environment: ["PYTHONDONTWRITEBYTECODE": "1"],
            startingIn: PackageFolder.path("launch/ros2"))
    }
}
