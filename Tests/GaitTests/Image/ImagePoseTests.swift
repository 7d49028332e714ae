import Foundation
import TestSupport
import Testing

@testable import Gait

@Suite("Bodies in a picture")
struct ImagePoseTests {
    /// A standing body at a distance straight ahead of a level camera at the height of the hips, meters.
    private func pose(distance: Float, aside: Float = 0) -> Pose {
        let root = TestBody.standing[0]
        return Pose(
            positions: InlineArray { index in
                let offset = TestBody.standing[index] - root
                return SIMD3((offset.x + aside) / distance, -offset.y / distance, 0.9)
            })
    }

    @Test("the height in the picture says how far away a body is")
    func height() throws {
        let near = try #require(ImagePose(pose(distance: 3)).height)
        let far = try #require(ImagePose(pose(distance: 6)).height)
        #expect(abs(near / far - 2) < 1e-3)
        // A person of 1.7 m.
        #expect((1.3...2.2).contains(near * 3))
        var hips = Pose()
        hips[.leftHip] = SIMD3(0.1, 0, 1)
        #expect(ImagePose(hips).height == nil && ImagePose(hips).isPlausible)
    }

    @Test("the place is the root, or between the hips, or the mean of what is there")
    func place() throws {
        var pose = pose(distance: 4, aside: 1)
        let root = try #require(ImagePose(pose).place)
        #expect(abs(root.x - 0.25) < 1e-6)
        pose.remove(.root)
        let hips = try #require(ImagePose(pose).place)
        #expect((hips - root).length < 0.03)
        var hand = Pose()
        hand[.leftHand] = SIMD3(0.5, -0.2, 1)
        #expect(ImagePose(hand).place == SIMD2(0.5, -0.2))
        #expect(ImagePose(Pose()).place == nil)
    }

    @Test("a joint far from all others is missing, wherever it is", arguments: Joint.allCases)
    func spikes(joint: Joint) {
        var pose = pose(distance: 4)
        pose[joint] = SIMD3(3, -2, 0.9)
        var seen = ImagePose(pose)
        seen.removeImpossibleJoints()
        #expect(seen.pose.present == JointSet.all.subtracting(JointSet(joint)))
        var whole = ImagePose(self.pose(distance: 4))
        whole.removeImpossibleJoints()
        #expect(whole.pose.present == .all)
    }

    @Test("a point is no body, nor is one larger than any picture; upside down is seen")
    func plausibility() {
        let body = pose(distance: 4)
        #expect(ImagePose(body).isPlausible && ImagePose(body).isInverted == false)
        #expect(!ImagePose(body.mapped { _ in SIMD3(0.1, 0.1, 1) }).isPlausible)
        #expect(!ImagePose(pose(distance: 0.05)).isPlausible)
        #expect(!ImagePose(pose(distance: 900)).isPlausible)
        #expect(ImagePose(body.mapped { SIMD3($0.x, -$0.y, $0.z) }).isInverted == true)
    }

    @Test("confidences above 1 are cut off")
    func confidences() {
        #expect(ImagePose.joined(ray: SIMD2(1, 2), confidence: 87) == SIMD3(1, 2, 1))
        #expect(ImagePose.split(SIMD3(1, 2, 0.4)).confidence == 0.4)
    }
}

@Suite("Windows of pictures")
struct ImageWindowTests {
    /// A buffer of a body that moves to the right by 0.1 a second, at so many poses a second.
    private func buffer(
        rate: Double = 30, seconds: Double = 2.6, _ change: (Int, inout Pose) -> Void = { _, _ in }
    ) -> PoseBuffer {
        var buffer = PoseBuffer()
        for frame in 0...Int(seconds * rate) {
            let time = Double(frame) / rate
            var pose = Pose(
                positions: InlineArray { SIMD3(Float($0) / 100 + Float(time) / 10, Float($0) / 50, 0.8) })
            change(frame, &pose)
            _ = buffer.append(ImagePose(pose).pose, at: time)
        }
        return buffer
    }

    private func place(_ joint: Joint, frame: Int) throws -> Int {
        frame * ImageWindow.joints.count + (try #require(ImageWindow.joints.firstIndex(of: joint)))
    }

    @Test("a window has 75 frames at 30 Hz of the 13 joints, at any rate", arguments: [10.0, 30, 60])
    func window(rate: Double) throws {
        let window = try #require(buffer(rate: rate).imageWindow())
        #expect(window.coverage == 1 && abs(window.end - window.start - 74.0 / 30) < 1e-9)
        for frame in [0, 40, 74] {
            let time = window.start + Double(frame) / 30
            for joint in ImageWindow.joints {
                let place = try place(joint, frame: frame)
                let expected = SIMD2(
                    Float(joint.rawValue) / 100 + Float(time) / 10, Float(joint.rawValue) / 50)
                #expect((window.rays[place] - expected).length < 1e-4)
                #expect(abs(window.confidences[place] - 0.8) < 1e-4)
            }
        }
    }

    @Test("neck and spine are not asked for, a foot out of the picture leaves a gap")
    func gaps() throws {
        let trunk = buffer { _, pose in
            for joint in [Joint.neck, .spine, .root] { pose.remove(joint) }
        }
        #expect(trunk.imageWindow()?.coverage == 1)
        #expect(buffer { _, pose in pose.remove(.leftFoot) }.imageWindow() == nil)
        let often = buffer { frame, pose in if frame % 40 > 10 { pose.remove(.leftFoot) } }
        #expect(often.imageWindow() == nil)
        let short = try #require(
            buffer { frame, pose in if frame % 40 > 35 { pose.remove(.leftFoot) } }.imageWindow())
        #expect(short.coverage == 1)
    }

    @Test("a joint that was not seen near a time has no confidence there")
    func unseen() throws {
        let window = try #require(
            buffer { frame, pose in
                if (30...45).contains(frame) { pose.remove(.leftHand) }
                if frame > 74 { pose.remove(.rightHand) }
            }.imageWindow())
        #expect(window.coverage < 1)
        // The buffer's frame 38 is the window's 34.
        #expect(window.confidences[try place(.leftHand, frame: 34)] == 0)
        #expect(window.confidences[try place(.leftElbow, frame: 34)] > 0.79)
        #expect(window.confidences[try place(.rightHand, frame: 74)] == 0)
        #expect(window.confidences[try place(.rightHand, frame: 70)] > 0.79)
        #expect(window.confidences[try place(.leftHand, frame: 74)] > 0.79)
        #expect(window.confidences.allSatisfy { (0...1).contains($0) })
    }
}

@Suite("People tracked in a picture")
struct ImageTrackingTests {
    private struct View {
        var tracker = PersonTracker(timeout: 3)
        var given = 0

        mutating func see(_ bodies: [(place: SIMD2<Float>, height: Float)], at time: Double) -> [Int?] {
            tracker.follow(
                bodies.map(\.place), heights: bodies.map(\.height), stamp: time, arrival: time
            ) {
                given += 1
                return given
            }
            return tracker.numbers
        }
    }

    /// Follows bodies in a shuffled order, with noise of a share of their heights; how many numbers were given, and how often
    /// a body got another one than before.
    private func follow(
        _ ways: [(Double) -> (place: SIMD2<Float>, height: Float)?], rate: Double = 30, seconds: Double = 5
    ) -> (given: Int, exchanges: Int) {
        var generator = SeededGenerator(seed: 4)
        var view = View()
        var known = [Int?](repeating: nil, count: ways.count)
        var exchanges = 0
        for frame in 0..<Int(seconds * rate) {
            var seen = ways.enumerated().compactMap { index, way in
                way(Double(frame) / rate).map { body in
                    let noise = 0.01 * body.height * SIMD2(generator.normal(), generator.normal())
                    return (
                        index,
                        (place: body.place + noise, height: body.height * (1 + 0.05 * generator.normal()))
                    )
                }
            }
            seen.shuffle(using: &generator)
            let numbers = view.see(seen.map(\.1), at: Double(frame) / rate)
            for ((index, _), number) in zip(seen, numbers) {
                if let before = known[index], before != number { exchanges += 1 }
                known[index] = number
            }
        }
        return (view.given, exchanges)
    }

    @Test("two people who cross keep their numbers, at one distance and at two", arguments: [10.0, 30])
    func crossing(rate: Double) {
        for (one, other) in [(Float(0.35), Float(0.35)), (0.5, 0.25)] {
            let result = follow(
                [
                    { (SIMD2(-0.5 + 0.2 * Float($0), 0), one) },
                    { (SIMD2(0.5 - 0.2 * Float($0), 0.02), other) },
                ], rate: rate)
            #expect(result == (2, 0), "\(one), \(other)")
        }
    }

    @Test("people keep their numbers while the camera turns")
    func turning() {
        let result = follow([
            { (SIMD2(sin(Float($0) * 2) * 0.5, 0), 0.3) },
            { (SIMD2(0.4 + sin(Float($0) * 2) * 0.5, 0), 0.3) },
        ])
        #expect(result == (2, 0))
    }

    @Test("a body of another size is another person")
    func sizes() {
        let result = follow(
            [{ time in (SIMD2(0, 0), time < 2 ? 0.9 : 0.2) }], seconds: 4)
        #expect(result.given == 2)
    }

    @Test("far away, a step to the side is another person, near it is not")
    func scale() {
        var far = View()
        let first = far.see([(SIMD2(0, 0), 0.1)], at: 0)
        let second = far.see([(SIMD2(0.12, 0), 0.1)], at: 0.03)
        #expect(first == [1] && second == [2])
        var near = View()
        _ = near.see([(SIMD2(0, 0), 1.5)], at: 0)
        let again = near.see([(SIMD2(0.12, 0), 1.5)], at: 0.03)
        #expect(again == [1])
    }
}
