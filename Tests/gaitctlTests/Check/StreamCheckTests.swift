import Foundation
import Gait
import Messaging
import Simulation
import Testing

@testable import gaitctl

struct StreamCheckTests {
    @Test("a good stream has nothing wrong, in every layout", arguments: SkeletonLayout.allCases)
    func good(layout: SkeletonLayout) {
        let check = expectFaults([]) { $0.layout = layout }
        #expect(check.good && check.fields.isEmpty, "\(check.text)")
        #expect(check.findings.allSatisfy { $0.verdict == .good }, "\(check.text)")
        #expect(check.people == 2 && check.messages == 240)
    }

    @Test("the check reports the numbers behind what it found")
    func figures() throws {
        let check = StreamCheck(of: { $0.confidence = 0.5 })
        func figure(_ subject: String, _ name: String) throws -> Double {
            try #require(check.findings.first { $0.subject == subject }?.figures[name], "\(subject) \(name)")
        }
        #expect(try abs(figure("rate", "rate") - 30) < 0.1)
        #expect(try abs(figure("clock", "offset_s") - 0.504) < 0.01)
        #expect(try figure("ids", "ids") == 2 && figure("ids", "new_per_minute") == 0)
        #expect(try figure("joints", "missing_l_hand") == 0 && figure("joints", "most_confidence") == 0.5)
        #expect(try (0.3...0.6).contains(figure("limbs", "left_thigh_m")))
        #expect(try figure("sides", "knees_forward_m") > 0.01 && figure("sides", "forward_m_per_s") > 0.5)
        #expect(try figure("up", "tilt_degrees") < 10)
    }

    @Test("people of every emotion pass", arguments: Emotion.allCases)
    func walkers(emotion: Emotion) {
        expectFaults([]) { ($0.people, $0.emotions) = (5, [emotion]) }
    }

    @Test("correctly declared units and axes pass", arguments: ["y", "z", "-y"], ["m", "cm", "mm"])
    func declared(up: String, units: String) throws {
        let axis = try #require(UpAxis(rawValue: up))
        let metres = try #require(LengthUnit(rawValue: units)).metres
        expectFaults([]) {
            ($0.up, $0.units) = (up, units)
            $0.place = { axis.fromYUp($0) / metres }
        }
    }

    @Test("noise of a centimeter and missing joints are no fault, nor is a body relative to its root")
    func imperfect() {
        var sensor = SkeletonSensor(layout: .step16, noise: 0.01, dropProbability: 0.03, seed: 4)
        let check = expectFaults([]) {
            ($0.origin, $0.confidence) = ("root", 0.9)
            $0.pose = { pose, _, _ in Self.relativeToRoot(pose) }
            $0.joints = { joints in sensor.observe(Self.pose(of: joints)) }
        }
        #expect(check.texts("joints").contains("confidences 0.90 to 0.90"))
    }

    @Test(
        "the torso shows a wrong unit, and the check names the field that corrects it",
        arguments: [
            (nil, 1000, "mm", "the millimeter"), (nil, 100, "cm", "the centimeter"),
            ("m", 1000, "mm", "millimeter"),
            ("mm", 1, "m", "the meter"), ("cm", 1000, "mm", "the millimeter"),
        ] as [(String?, Float, String, String)])
    func units(declared: String?, factor: Float, right: String, word: String) {
        let check = expectFaults(["units"]) {
            $0.units = declared
            $0.place = { $0 * factor }
        }
        #expect(check.fields == ["units": .string(right)])
        #expect(
            check.texts("units").contains(word) && check.texts("units").contains(#""units": "\#(right)""#))
    }

    @Test("people who are further than a kilometer by their unit are read all the same")
    func rejectedUnits() {
        let check = expectFaults(["units"]) { $0.place = { ($0 + SIMD3(4, 0, 4)) * 1000 } }
        #expect(check.fields == ["units": .string("mm")], "\(check.text)")
        #expect(check.texts("sides").hasPrefix("left is left"), "\(check.text)")
    }

    @Test(
        "the check reports a wrong up axis with its correction", arguments: ["y", "z", "-y"],
        ["y", "z", "-y"])
    func up(actual: String, declared: String) throws {
        guard actual != declared else { return }
        var stream = FaultyStream()
        stream.up = declared
        let axis = try #require(UpAxis(rawValue: actual))
        stream.place = { axis.fromYUp($0) }
        let check = stream.check()
        #expect(check.faults == ["up"] || check.faults == ["up", "gait"], "\(check.text)")
        #expect(check.fields == ["up": .string(actual)])
        #expect(check.texts("sides").hasPrefix("left is left"), "\(check.text)")
    }

    @Test("the check reports a tilted sensor, and the orientation that corrects it")
    func tilted() throws {
        var stream = FaultyStream()
        let (sine, cosine) = (sin(Float(0.7)), cos(Float(0.7)))
        // Tilted by 40° about the sensor's x axis.
        stream.place = { SIMD3($0.x, cosine * $0.y - sine * $0.z, sine * $0.y + cosine * $0.z) }
        let check = stream.check()
        #expect(check.faults == ["up"], "\(check.text)")
        guard case .numbers(let numbers) = check.fields["orientation"] else {
            Issue.record("no orientation: \(check.text)")
            return
        }
        stream.orientation = numbers.map { Float($0) }
        #expect(stream.check().faults == [], "\(stream.check().text)")
    }

    @Test("the check reports exchanged sides and mirrored frames")
    func sides() {
        let changes: [(inout FaultyStream) -> Void] = [
            { $0.pose = { pose, _, _ in Self.exchanging(Joint.allCases, in: pose) } },
            { $0.place = { $0 * SIMD3(-1, 1, 1) } },
            // A camera's frame, x right, y down, z forward, with y negated.
            { $0.place = { UpAxis.minusY.fromYUp($0) * SIMD3(1, -1, 1) } },
        ]
        for change in changes {
            let check = expectFaults(["sides"], change)
            #expect(check.texts("sides").contains("left and right are exchanged"))
        }
    }

    @Test("the check reports arms that alone are exchanged")
    func arms() {
        let arms: [Joint] = [.leftShoulder, .leftElbow, .leftHand, .rightShoulder, .rightElbow, .rightHand]
        let check = expectFaults(["sides"]) { $0.pose = { pose, _, _ in Self.exchanging(arms, in: pose) } }
        #expect(check.texts("sides").contains("arms or legs"))
    }

    @Test("a robot that drives towards people is no exchange of sides")
    func driving() {
        let walker = Walker(emotion: .angry, seed: 1, options: .init(start: SIMD3(0, 0, 2)))
        let check = expectFaults([]) {
            ($0.people, $0.seconds) = (1, 6)
            // The frame overtakes the person by half their speed again.
            $0.pose = { pose, _, frame in
                let travelled = walker.pose(at: Double(frame) / 30)[.root] - walker.pose(at: 0)[.root]
                return pose.mapped { $0 - 1.6 * SIMD3(travelled.x, 0, travelled.z) }
            }
        }
        #expect(check.texts("sides").contains("people walk backward"))
    }

    @Test("another layout with as many joints is found, and one with another number is named")
    func layouts() {
        var order = FaultyStream()
        order.joints = { joints in [6, 7, 8, 2].map { joints[$0] } + joints.reversed().prefix(12) }
        #expect(order.check().faults.contains("layout"), "\(order.check().text)")
        var count = FaultyStream()
        count.layout = .blazepose33
        count.joints = { joints in
            var pose = Pose()
            for (joint, source) in zip(Joint.allCases, SkeletonLayout.blazepose33.sources) {
                if case .joint(let index) = source, let position = joints[index] { pose[joint] = position }
            }
            return SkeletonLayout.kinect25.joints(of: pose)
        }
        let check = count.check()
        #expect(check.faults.contains("layout"), "\(check.text)")
        #expect(check.texts("layout").contains("25 joints; blazepose33 has 33"), "\(check.text)")
        let twins = SkeletonLayout.allCases.filter { $0.jointCount == 25 }
        #expect(twins.contains { check.fields["layout"] == .string($0.rawValue) }, "\(check.text)")
    }

    @Test("the check names stretched limbs and lengths that vary")
    func limbs() {
        func stretch(_ hands: [(Joint, Joint)], by factor: Float) -> (inout FaultyStream) -> Void {
            {
                $0.pose = { pose, _, _ in
                    var other = pose
                    for (hand, elbow) in hands {
                        other[hand] = pose[elbow] + factor * (pose[hand] - pose[elbow])
                    }
                    return other
                }
            }
        }
        let stretched = expectFaults(["limbs"], stretch([(.leftHand, .leftElbow)], by: 1.6))
        #expect(stretched.texts("limbs").contains("left forearm"))
        expectFaults(["limbs"], stretch([(.leftHand, .leftElbow), (.rightHand, .rightElbow)], by: 2.2))
        var sensor = SkeletonSensor(layout: .step16, noise: 0.06, seed: 2)
        let noisy = expectFaults(["limbs"]) {
            $0.pose = { pose, _, _ in Self.pose(of: sensor.observe(pose)) }
        }
        #expect(noisy.texts("limbs").contains("vary from frame to frame"))
    }

    @Test("positions relative to the root need the origin, and the other way round")
    func origins() {
        let centered = StreamCheck(of: { $0.pose = { pose, _, _ in Self.relativeToRoot(pose) } })
        #expect(centered.fields == ["origin": .string("root")], "\(centered.text)")
        let world = StreamCheck(of: { $0.origin = "root" })
        #expect(world.fields == ["origin": .string("world")], "\(world.text)")
    }

    @Test("the check names joints that are never there, or often missing")
    func missing() {
        var feet = FaultyStream()
        feet.joints = { joints in joints.enumerated().map { $0 == 12 || $0 == 15 ? nil : $1 } }
        #expect(Set(feet.check().faults).isSuperset(of: ["joints", "gait"]))
        #expect(feet.check().texts("joints").contains("l_foot, r_foot are always missing"))
        var count = 0
        expectText("joints", "often missing: l_hand 40.0 %") {
            $0.joints = { joints in
                count += 1
                return joints.enumerated().map { $0 == 6 && count % 5 < 2 ? nil : $1 }
            }
        }
        expectText("joints", "no body has any joint") { $0.confidence = 0 }
    }

    @Test("a stream without people is no good stream")
    func nobody() {
        expectFaults(["bodies"]) { $0.people = 0 }
    }

    @Test("the report names fault, advice and the number of faults")
    func report() throws {
        var stream = FaultyStream()
        stream.place = { UpAxis.z.fromYUp($0) * 100 }
        let check = stream.check()
        let text = check.text
        #expect(text.contains("WRONG  units") && text.contains(#"-> send "up": "z""#), "\(text)")
        #expect(text.hasSuffix("things are wrong"))
        let json = try OutputOptions.encoded(check)
        #expect(json.contains(#""fields":{"units":"cm","up":"z"}"#) && json.contains(#""good":false"#))
    }

    private static func relativeToRoot(_ pose: Pose) -> Pose {
        let root = pose[.root]
        return pose.mapped { $0 - root }
    }

    /// The pose that has the joints that are there.
    private static func pose(of joints: [SIMD3<Float>?]) -> Pose {
        var pose = Pose()
        for joint in Joint.allCases { if let position = joints[joint.rawValue] { pose[joint] = position } }
        return pose
    }

    private static func exchanging(_ joints: [Joint], in pose: Pose) -> Pose {
        var other = pose
        for joint in joints { other[joint] = pose[joint.mirrored] }
        return other
    }
}
