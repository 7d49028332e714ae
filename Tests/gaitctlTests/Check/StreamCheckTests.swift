import Foundation
import Gait
import Messaging
import Simulation
import Testing

@testable import gaitctl

struct StreamCheckTests {
    private func zUp(_ position: SIMD3<Float>) -> SIMD3<Float> { UpAxis.z.fromYUp(position) }

    @Test("a good stream has nothing wrong, in every layout", arguments: SkeletonLayout.allCases)
    func good(layout: SkeletonLayout) {
        var stream = FaultyStream()
        stream.layout = layout
        let check = stream.check()
        #expect(check.good && check.faults == [] && check.fields.isEmpty, "\(check.text)")
        #expect(check.findings.allSatisfy { $0.verdict == .good }, "\(check.text)")
        #expect(check.people == 2 && check.messages == 240)
    }

    @Test("the numbers behind what was found are told, too")
    func figures() throws {
        var stream = FaultyStream()
        stream.confidence = 0.5
        let check = stream.check()
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

    @Test("whoever walks, and however", arguments: Emotion.allCases)
    func walkers(emotion: Emotion) {
        var stream = FaultyStream()
        (stream.people, stream.emotions) = (5, [emotion])
        #expect(stream.check().faults == [], "\(stream.check().text)")
    }

    @Test("correctly declared units and axes pass", arguments: ["y", "z", "-y"], ["m", "cm", "mm"])
    func declared(up: String, units: String) throws {
        var stream = FaultyStream()
        (stream.up, stream.units) = (up, units)
        let axis = try #require(UpAxis(rawValue: up))
        let metres = try #require(LengthUnit(rawValue: units)).metres
        stream.place = { axis.fromYUp($0) / metres }
        #expect(stream.check().faults == [], "\(stream.check().text)")
    }

    @Test("noise of a centimetre and missing joints are no fault, nor is a body relative to its root")
    func imperfect() {
        var stream = FaultyStream()
        stream.origin = "root"
        stream.confidence = 0.9
        var sensor = SkeletonSensor(layout: .step16, noise: 0.01, dropProbability: 0.03, seed: 4)
        stream.pose = { pose, _, _ in
            let root = pose[.root]
            return pose.mapped { $0 - root }
        }
        stream.joints = { joints in
            var pose = Pose()
            for joint in Joint.allCases {
                if let position = joints[joint.rawValue] { pose[joint] = position }
            }
            return sensor.observe(pose)
        }
        let check = stream.check()
        #expect(check.faults == [], "\(check.text)")
        #expect(check.texts("joints").contains("confidences 0.90 to 0.90"))
    }

    @Test(
        "a wrong unit is told from the torso, with the field that corrects it",
        arguments: [
            (nil, 1000, "mm", "the millimeter"), (nil, 100, "cm", "the centimeter"),
            ("m", 1000, "mm", "millimeter"),
            ("mm", 1, "m", "the meter"), ("cm", 1000, "mm", "the millimeter"),
        ] as [(String?, Float, String, String)])
    func units(declared: String?, factor: Float, right: String, word: String) {
        var stream = FaultyStream()
        stream.units = declared
        stream.place = { $0 * factor }
        let check = stream.check()
        #expect(check.faults == ["units"], "\(check.text)")
        #expect(check.fields == ["units": .string(right)])
        #expect(
            check.texts("units").contains(word) && check.texts("units").contains(#""units": "\#(right)""#))
    }

    @Test("people who are further than a kilometer by their unit are read all the same")
    func rejectedUnits() {
        var stream = FaultyStream()
        stream.place = { ($0 + SIMD3(4, 0, 4)) * 1000 }
        let check = stream.check()
        #expect(check.fields == ["units": .string("mm")], "\(check.text)")
        #expect(check.faults == ["units"], "\(check.text)")
        #expect(check.texts("sides").hasPrefix("left is left"), "\(check.text)")
    }

    @Test("a wrong up axis is told, with its correction", arguments: ["y", "z", "-y"], ["y", "z", "-y"])
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

    @Test("a tilted sensor is told, and its orientation corrects it")
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

    @Test("exchanged sides, and mirrored frames, are told")
    func sides() {
        var swapped = FaultyStream()
        swapped.pose = { pose, _, _ in
            var other = Pose()
            for joint in Joint.allCases { other[joint] = pose[joint.mirrored] }
            return other
        }
        var mirrored = FaultyStream()
        mirrored.place = { $0 * SIMD3(-1, 1, 1) }
        // A camera's frame, x right, y down, z forward, with y negated.
        var negated = FaultyStream()
        negated.place = { position in
            let camera = UpAxis.minusY.fromYUp(position)
            return SIMD3(camera.x, -camera.y, camera.z)
        }
        for stream in [swapped, mirrored, negated] {
            let check = stream.check()
            #expect(check.faults == ["sides"], "\(check.text)")
            #expect(check.texts("sides").contains("left and right are exchanged"))
        }
    }

    @Test("arms exchanged for themselves are told")
    func arms() {
        var stream = FaultyStream()
        stream.pose = { pose, _, _ in
            var other = pose
            for joint in [Joint.leftShoulder, .leftElbow, .leftHand, .rightShoulder, .rightElbow, .rightHand]
            { other[joint] = pose[joint.mirrored] }
            return other
        }
        let check = stream.check()
        #expect(check.faults == ["sides"], "\(check.text)")
        #expect(check.texts("sides").contains("arms or legs"))
    }

    @Test("a robot that drives towards people is no exchange of sides")
    func driving() {
        var stream = FaultyStream()
        (stream.people, stream.seconds) = (1, 6)
        // The frame overtakes the person by half their speed again.
        let walker = Walker(emotion: .angry, seed: 1, options: .init(start: SIMD3(0, 0, 2)))
        stream.pose = { pose, _, frame in
            let travelled = walker.pose(at: Double(frame) / 30)[.root] - walker.pose(at: 0)[.root]
            return pose.mapped { $0 - 1.6 * SIMD3(travelled.x, 0, travelled.z) }
        }
        let check = stream.check()
        #expect(check.faults == [], "\(check.text)")
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
        guard case .string(let layout) = check.fields["layout"] else {
            Issue.record("no layout: \(check.text)")
            return
        }
        #expect(SkeletonLayout(rawValue: layout)?.jointCount == 25)
    }

    @Test("stretched limbs and lengths that vary are told by name")
    func limbs() {
        var stretched = FaultyStream()
        stretched.pose = { pose, _, _ in
            var other = pose
            other[.leftHand] = pose[.leftElbow] + 1.6 * (pose[.leftHand] - pose[.leftElbow])
            return other
        }
        #expect(stretched.check().faults == ["limbs"], "\(stretched.check().text)")
        #expect(stretched.check().texts("limbs").contains("left forearm"))
        var both = FaultyStream()
        both.pose = { pose, _, _ in
            var other = pose
            for (hand, elbow) in [(Joint.leftHand, Joint.leftElbow), (.rightHand, .rightElbow)] {
                other[hand] = pose[elbow] + 2.2 * (pose[hand] - pose[elbow])
            }
            return other
        }
        #expect(both.check().faults == ["limbs"], "\(both.check().text)")
        var noisy = FaultyStream()
        var sensor = SkeletonSensor(layout: .step16, noise: 0.06, seed: 2)
        noisy.pose = { pose, _, _ in
            let seen = sensor.observe(pose)
            var other = Pose()
            for joint in Joint.allCases { if let position = seen[joint.rawValue] { other[joint] = position } }
            return other
        }
        #expect(noisy.check().faults == ["limbs"], "\(noisy.check().text)")
        #expect(noisy.check().texts("limbs").contains("vary from frame to frame"))
    }

    @Test("positions relative to the root need the origin, and the other way round")
    func origins() {
        var centred = FaultyStream()
        centred.pose = { pose, _, _ in
            let root = pose[.root]
            return pose.mapped { $0 - root }
        }
        #expect(centred.check().fields == ["origin": .string("root")], "\(centred.check().text)")
        var world = FaultyStream()
        world.origin = "root"
        #expect(world.check().fields == ["origin": .string("world")], "\(world.check().text)")
    }

    @Test("joints that are never there, or often missing, are named")
    func missing() {
        var feet = FaultyStream()
        feet.joints = { joints in joints.enumerated().map { $0 == 12 || $0 == 15 ? nil : $1 } }
        #expect(feet.check().faults.contains("joints"))
        #expect(feet.check().texts("joints").contains("l_foot, r_foot are always missing"))
        #expect(feet.check().faults.contains("gait"))
        var often = FaultyStream()
        var count = 0
        often.joints = { joints in
            count += 1
            return joints.enumerated().map { $0 == 6 && count % 5 < 2 ? nil : $1 }
        }
        #expect(
            often.check().texts("joints").contains("often missing: l_hand 40.0 %"), "\(often.check().text)")
        var confidence = FaultyStream()
        confidence.confidence = 0
        #expect(confidence.check().texts("joints").contains("no body has any joint"))
    }

    @Test("nobody in view is no good stream")
    func nobody() {
        var stream = FaultyStream()
        stream.people = 0
        #expect(stream.check().faults == ["bodies"])
    }

    @Test("the report names fault, advice and the number of faults")
    func report() throws {
        var stream = FaultyStream()
        stream.place = { self.zUp($0) * 100 }
        let check = stream.check()
        let text = check.text
        #expect(text.contains("WRONG  units") && text.contains(#"-> send "up": "z""#), "\(text)")
        #expect(text.hasSuffix("things are wrong"))
        let json = try OutputOptions.encoded(check)
        #expect(json.contains(#""fields":{"units":"cm","up":"z"}"#) && json.contains(#""good":false"#))
    }
}
