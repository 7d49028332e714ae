import Foundation
import Gait
import GaitModels
import Simulation
import Testing

@testable import Recognition

@Suite("People in pictures")
struct ImagePeopleTests {
    private static let camera = PinholeCamera(position: SIMD3(0, 1.2, 0), pitch: -5)

    /// What the camera sees of a pose.
    private static func seen(_ pose: Pose, by view: CameraView = camera.view) -> Pose {
        pose.mapped { place in
            let point = view.point(place)
            return ImagePose.joined(ray: SIMD2(point.x, point.y) / point.z, confidence: 0.9)
        }
    }

    private static func body(_ pose: Pose, id: String? = "7", image: ImageGeometry? = nil) -> SourceBody {
        SourceBody(identifier: id.map { .named($0) } ?? .unnamed, pose: seen(pose), image: image)
    }

    /// A walker before the camera, toward it unless another heading is given.
    private static func walker(
        _ emotion: Emotion = .sad, seed: UInt64 = 3, aside: Float = 0, distance: Float = 9, heading: Float = 0
    ) -> Walker {
        Walker(
            emotion: emotion, seed: seed,
            options: Walker.Options(start: SIMD3(aside, 0, -distance), radius: 1000, heading: heading))
    }

    /// A lifter that knows the walk.
    private static func lift(_ walker: Walker) -> ([ImageWindow]) -> [LiftedWindow] {
        { windows in
            windows.map { window in
                var coordinates: [Float] = []
                for frame in 0..<Gait.windowFrames {
                    let pose = walker.pose(at: window.start + Double(frame) / 30)
                    for joint in Joint.allCases {
                        let offset = pose[joint] - pose[.root]
                        coordinates += [offset.x, offset.y, offset.z]
                    }
                }
                return LiftedWindow(gait: Gait(validated: coordinates), tilt: 5)
            }
        }
    }

    /// No lifter.
    private static func liftNothing(_ windows: [ImageWindow]) -> [LiftedWindow] { [] }

    /// What a recognizer made of frames at 30 a second.
    private struct Played {
        var decisions: [String: [EmotionDecision]] = [:]
        var due: [Recognizer.DueWindow] = []
        var events: [RecognitionEvent] = []
        /// How many windows each call lifted.
        var lifted: [Int] = []
        /// The person of each body of each frame.
        var people: [[Int: Int]] = []
    }

    /// - Parameter pictures: Frames of pictures; those after them are of space.
    private func play(
        seconds: Double = 5, lift: ([ImageWindow]) -> [LiftedWindow],
        pictures: Int = .max, _ bodies: (Int, Double) -> [SourceBody]
    ) -> Played {
        var recognizer = Recognizer(.init())
        let source = recognizer.addSource(robot: "r1", camera: nil)
        var played = Played()
        var due: [Recognizer.DueWindow] = []
        var decisions: [EmotionDecision] = []
        for frame in 0..<Int(seconds * 30) {
            let time = Double(frame) / 30
            var bodies = bodies(frame, time)
            var events: [RecognitionEvent] = []
            recognizer.take(
                &bodies, from: source, origin: frame < pictures ? .image : .world, stamp: time,
                arrival: 100 + time,
                wallClock: time, events: &events)
            var people: [Int: Int] = [:]
            for case .kept(let body, let person, _) in events { people[body] = person }
            played.people.append(people)
            played.events += events
            recognizer.nextWindows(limit: .max, into: &due)
            recognizer.decide(
                &due, into: &decisions,
                lift: { windows in
                    played.lifted.append(windows.count)
                    return lift(windows)
                },
                classify: { gaits in gaits.map { _ in [0.9, 0.1, 0, 0] } })
            for (person, decision) in zip(due, decisions) {
                played.decisions[person.name, default: []].append(decision)
            }
            played.due += due
        }
        return played
    }

    private func arrivals(_ played: Played) -> Int {
        played.events.count { if case .arrived = $0 { true } else { false } }
    }

    @Test("a walker is lifted when due, and then read like one in space")
    func walking() throws {
        let walker = Self.walker()
        let played = play(lift: Self.lift(walker)) { [Self.body(walker.pose(at: $1))] }
        let decisions = try #require(played.decisions["7"])
        let first = try #require(decisions.firstIndex { $0.state == .ok })
        #expect(decisions[..<first].allSatisfy { $0.state == .insufficientData && $0.reason == .tooShort })
        #expect(decisions[first...].allSatisfy { $0.state == .ok && $0.label == 0 && $0.window != nil })
        #expect(!played.lifted.isEmpty && played.lifted.count == decisions[first...].count)
        #expect(played.due.allSatisfy { $0.position == nil })
        #expect(!played.events.contains(.dropped(.leap)))
    }

    @Test("one call lifts everybody who is due")
    func batch() {
        let walker = Self.walker()
        var recognizer = Recognizer(.init())
        let source = recognizer.addSource(robot: "r1", camera: nil)
        var events: [RecognitionEvent] = []
        for frame in 0..<90 {
            let time = Double(frame) / 30
            var bodies = ["1", "2", "3"].map { Self.body(walker.pose(at: time), id: $0) }
            recognizer.take(
                &bodies, from: source, origin: .image, stamp: time, arrival: time, wallClock: time,
                events: &events)
        }
        var due: [Recognizer.DueWindow] = []
        var decisions: [EmotionDecision] = []
        recognizer.nextWindows(limit: .max, into: &due)
        var calls: [Int] = []
        recognizer.decide(
            &due, into: &decisions,
            lift: {
                calls.append($0.count)
                return Self.lift(walker)($0)
            }, classify: { $0.map { _ in [1, 0, 0, 0] } })
        #expect(calls == [3] && decisions.map(\.state) == [.ok, .ok, .ok])
    }

    @Test("with a known focal length the person has a place before the camera")
    func position() throws {
        let walker = Self.walker()
        let image = try ImageGeometry(width: 1280, height: 720, focalLength: Self.camera.focalLength)
        let played = play(lift: Self.lift(walker)) { [Self.body(walker.pose(at: $1), image: image)] }
        let last = try #require(played.due.last)
        let position = try #require(last.position)
        let truth = Self.camera.view.point(walker.pose(at: last.time)[.root])
        #expect((position - truth).length < 0.05, "\(position), \(truth)")
    }

    @Test("a known tilt replaces the lifter's estimate")
    func tilt() throws {
        let walker = Self.walker()
        func window(tilt: Float?) throws -> Gait {
            let image = try ImageGeometry(width: 1280, height: 720, tilt: tilt)
            let played = play(lift: Self.lift(walker)) { [Self.body(walker.pose(at: $1), image: image)] }
            return try #require(played.due.last?.window?.gait)
        }
        let (estimated, known) = (try window(tilt: nil), try window(tilt: 15))
        let frame = estimated.frames - 1
        for joint in Joint.allCases {
            let (one, other) = (
                estimated.position(frame: frame, joint: joint), known.position(frame: frame, joint: joint)
            )
            // Who looks upright to a camera that looks down by ten degrees more leans away from it by as much.
            let turned = SIMD3(
                one.x, cos(.pi / 18) * one.y + sin(.pi / 18) * one.z,
                cos(.pi / 18) * one.z - sin(.pi / 18) * one.y)
            #expect((turned - other).length < 1e-3, "\(joint)")
        }
    }

    @Test("without a lifter nobody in pictures is read, and people are followed all the same")
    func withoutLifter() throws {
        let walker = Self.walker()
        let played = play(lift: Self.liftNothing) { [Self.body(walker.pose(at: $1))] }
        #expect(played.decisions["7"]?.allSatisfy { $0.state == .insufficientData } == true)
        #expect(arrivals(played) == 1)
    }

    @Test("two people without ids who cross in the picture keep their names", arguments: [Float(0), 1.5])
    func crossing(behind: Float) {
        let one = Self.walker(.happy, seed: 5, aside: -2.5, distance: 5, heading: .pi / 2)
        let other = Self.walker(.sad, seed: 9, aside: 2.5, distance: 5.4 + behind, heading: -.pi / 2)
        let played = play(lift: Self.liftNothing) { frame, time in
            let bodies = [
                Self.body(one.pose(at: time), id: nil), Self.body(other.pose(at: time), id: nil),
            ]
            return frame % 3 == 0 ? bodies.reversed() : bodies
        }
        #expect(arrivals(played) == 2 && !played.events.contains(.dropped(.leap)))
        let firsts = Set(played.people.enumerated().map { $1[$0 % 3 == 0 ? 1 : 0] })
        #expect(firsts.count == 1, "\(firsts)")
    }

    @Test("who takes another's id in the picture begins again, by place and by size")
    func leaps() {
        let walker = Self.walker()
        let aside = Self.walker(seed: 4, aside: 1.2)
        let behind = Self.walker(seed: 4, aside: 0, distance: 25)
        for other in [aside, behind] {
            let played = play(lift: Self.lift(walker)) { frame, time in
                [Self.body((frame / 40 % 2 == 0 ? walker : other).pose(at: time))]
            }
            #expect(played.events.contains(.dropped(.leap)))
            #expect(played.decisions["7"]?.contains { $0.state == .ok } == false)
            #expect(played.decisions["7"]?.last?.reason == .leap)
        }
    }

    @Test("a camera that turns makes nobody leap")
    func turning() {
        let walker = Self.walker()
        let played = play(lift: Self.lift(walker)) { _, time in
            var camera = Self.camera
            camera.yaw = 25 * Float(sin(time * 2))
            return [
                SourceBody(
                    identifier: .named("7"), pose: Self.seen(walker.pose(at: time), by: camera.view))
            ]
        }
        #expect(!played.events.contains(.dropped(.leap)))
        #expect(played.decisions["7"]?.last?.state == .ok)
    }

    @Test("feet out of the picture leave gaps, and a picture upside down is named")
    func unread() {
        let walker = Self.walker()
        let withoutFeet = play(lift: Self.lift(walker)) { _, time in
            var body = Self.body(walker.pose(at: time))
            body.pose.remove(.leftFoot)
            body.pose.remove(.rightFoot)
            return [body]
        }
        #expect(withoutFeet.decisions["7"]?.last?.reason == .gaps && withoutFeet.lifted.isEmpty)
        let turned = play(lift: Self.lift(walker)) { _, time in
            var body = Self.body(walker.pose(at: time))
            body.pose = body.pose.mapped { SIMD3(-$0.x, -$0.y, $0.z) }
            return [body]
        }
        #expect(turned.decisions["7"]?.last?.reason == .upsideDown)
    }

    @Test("a source that changes from pictures to space begins again, and mixes nothing")
    func changes() {
        let walker = Self.walker()
        let played = play(
            seconds: 8, lift: Self.lift(walker), pictures: 120
        ) { frame, time in
            let pose = walker.pose(at: time)
            return [frame < 120 ? Self.body(pose) : SourceBody(identifier: .named("7"), pose: pose)]
        }
        #expect(played.events.count { $0 == .restarted(person: 1) } == 1)
        #expect(played.decisions["7"]?.last?.state == .ok && played.due.last?.imageWindow == nil)
    }

    @Test("a point is rejected before it is anybody")
    func implausible() {
        var pose = Pose()
        for joint in Joint.allCases { pose[joint] = SIMD3(0.1, 0.1, 1) }
        let played = play(seconds: 0.2, lift: Self.liftNothing) { _, _ in
            [SourceBody(identifier: .named("7"), pose: pose)]
        }
        #expect(played.events.contains(.implausible(body: 0)) && arrivals(played) == 0)
    }
}
