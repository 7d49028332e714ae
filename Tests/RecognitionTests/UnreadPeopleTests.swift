import Foundation
import Gait
import Simulation
import TestSupport
import Testing

@testable import Recognition

/// People whom the recognizer must not read, however confident a model would be: here it always is.
@Suite("People who are not read")
struct UnreadPeopleTests {
    /// What was said of each person, in order.
    private typealias Said = [String: [EmotionDecision]]

    /// Plays frames at 30 a second to a recognizer whose model is always sure.
    ///
    /// - Parameter labels: What the model says of the first windows; of further ones it says 0.
    private func play(
        seconds: Double = 6, origin: CoordinateOrigin = .world,
        labels: [Int] = [], minimumConfidence: Double = 0.4,
        _ bodies: (Int, Double) -> [SourceBody]
    ) -> Said {
        var recognizer = Recognizer(
            .init(cadence: .spread(interval: 0.5), minimumConfidence: minimumConfidence))
        let source = recognizer.addSource(robot: "r1", camera: nil)
        var events: [RecognitionEvent] = []
        var due: [Recognizer.DueWindow] = []
        var decisions: [EmotionDecision] = []
        var said: Said = [:]
        var windows = 0
        for frame in 0..<Int(seconds * 30) {
            let time = Double(frame) / 30
            var bodies = bodies(frame, time)
            events.removeAll()
            recognizer.take(
                &bodies, from: source, origin: origin, stamp: time, arrival: 100 + time, wallClock: time,
                events: &events)
            recognizer.nextWindows(limit: .max, into: &due)
            recognizer.decide(&due, into: &decisions) { gaits in
                gaits.map { _ in
                    windows += 1
                    let label = windows <= labels.count ? labels[windows - 1] : 0
                    return (0..<4).map { $0 == label ? 0.97 : 0.01 }
                }
            }
            for (person, decision) in zip(due, decisions) { said[person.name, default: []].append(decision) }
        }
        return said
    }

    private func body(_ pose: Pose, id: String? = "7", looksLikeImage: Bool = false) -> SourceBody {
        SourceBody(
            identifier: id.map { .named($0) } ?? .unnamed, pose: pose, looksLikeImage: looksLikeImage)
    }

    private let walker = Walker(emotion: .sad, seed: 3)
    private let other = Walker(
        emotion: .happy, seed: 9, options: Walker.Options(start: SIMD3(3, 0, 0), heading: 2))

    @Test("a walker is read after two seconds, not before")
    func walking() throws {
        let said = play { [body(walker.pose(at: $1))] }
        let decisions = try #require(said["7"])
        let first = try #require(decisions.firstIndex { $0.state == .ok })
        #expect(decisions[..<first].allSatisfy { $0.state == .insufficientData && $0.reason == .tooShort })
        #expect(first >= 4 && decisions[first...].allSatisfy { $0.state == .ok && $0.reason == nil })
    }

    @Test("of people who stand, jump, sit down or dance nobody is read")
    func stationary() {
        var readers: [String] = []
        for activity in StationaryPerson.Activity.allCases {
            for seed in UInt64(0)..<20 {
                let person = StationaryPerson(activity, seed: seed)
                let said = play { [body(person.pose(at: Float($1)))] }
                if said["7"]?.contains(where: { $0.state == .ok }) != false {
                    readers.append("\(activity) \(seed)")
                }
            }
        }
        #expect(readers.isEmpty)
    }

    @Test("people who exchange ids, or appear under the id of another, are not read as a mixture")
    func exchanged() {
        for period in [1, 20, 40] {
            let said = play { frame, time in
                let ids = frame / period % 2 == 0 ? ["1", "2"] : ["2", "1"]
                return [body(walker.pose(at: time), id: ids[0]), body(other.pose(at: time), id: ids[1])]
            }
            for id in ["1", "2"] {
                #expect(said[id]?.allSatisfy { $0.state == .insufficientData } == true)
                #expect(said[id]?.last?.reason == .leap, "period \(period)")
            }
        }
        // At arm's length, and in every frame.
        let near = Walker(
            emotion: .happy, seed: 3, options: Walker.Options(start: SIMD3(0.5, 0, 0)))
        let close = play { frame, time in
            let ids = frame % 2 == 0 ? ["1", "2"] : ["2", "1"]
            return [body(walker.pose(at: time), id: ids[0]), body(near.pose(at: time), id: ids[1])]
        }
        #expect(close.values.allSatisfy { $0.allSatisfy { $0.state != .ok } })
        // One leaves, and the other comes half a second later: a new person needs two seconds again.
        let reused = play(seconds: 4.9) { frame, time in
            if frame < 84 { return [body(walker.pose(at: time))] }
            return frame < 99 ? [] : [body(other.pose(at: time))]
        }
        #expect(reused["7"]?.last?.reason == .leap && reused["7"]?.contains { $0.state == .ok } == true)
    }

    @Test("people without places who exchange ids are not read as a mixture")
    func exchangedWithoutPlaces() {
        func relative(_ pose: Pose) -> Pose {
            let root = pose[.root]
            return pose.mapped { $0 - root }
        }
        let said = play(origin: .root) { frame, time in
            let ids = frame / 25 % 2 == 0 ? ["1", "2"] : ["2", "1"]
            return [
                body(relative(walker.pose(at: time)), id: ids[0]),
                body(relative(other.pose(at: time)), id: ids[1]),
            ]
        }
        #expect(said.values.allSatisfy { $0.allSatisfy { $0.state != .ok } })
        // The one body without an id of such a source is always the same person, until another one stands there.
        let unnamed = play(origin: .root) { frame, time in
            [body(relative((frame / 25 % 2 == 0 ? walker : other).pose(at: time)), id: nil)]
        }
        #expect(unnamed.values.allSatisfy { $0.allSatisfy { $0.state != .ok } && $0.last?.reason == .leap })
    }

    @Test("a wrong up axis, mirrored axes and a walk backward are named")
    func wrongSources() {
        let cases: [(UnreadReason, EmotionState, (Double) -> Pose)] = [
            (
                .upsideDown, .insufficientData,
                { time in
                    walker.pose(at: time).mapped { SIMD3($0.x, -$0.y, -$0.z) }
                }
            ),
            (
                .upsideDown, .insufficientData,
                { time in
                    walker.pose(at: time).mapped { SIMD3($0.x, -$0.z, $0.y) }
                }
            ),
            (.mirrored, .insufficientData, { time in walker.pose(at: time).mapped { $0 * SIMD3(-1, 1, 1) } }),
            (.backward, .notWalking, { time in walker.pose(at: 100 - time) }),
        ]
        for (reason, state, pose) in cases {
            let said = play { [body(pose($1))] }["7"]
            #expect(said?.contains { $0.state == .ok } == false)
            #expect(said?.last?.state == state && said?.last?.reason == reason, "\(reason)")
        }
    }

    @Test("bodies that no person has are not read, although their legs walk")
    func impossibleBodies() {
        func set(_ pose: inout Pose, _ joint: Joint, from other: Joint, of source: Pose) {
            pose[joint] = source[other]
        }
        var generator = SeededGenerator(seed: 4)
        let bodies: [(String, UnreadReason?, (Pose, Double) -> Pose)] = [
            (
                "both arms in one place", .implausible,
                { pose, _ in
                    var changed = pose
                    for joint in [Joint.rightShoulder, .rightElbow, .rightHand] {
                        set(&changed, joint, from: joint.mirrored, of: pose)
                    }
                    return changed
                }
            ),
            (
                "one arm in the other's place", .implausible,
                { pose, _ in
                    var changed = pose
                    for joint in [Joint.rightElbow, .rightHand] {
                        set(&changed, joint, from: joint.mirrored, of: pose)
                    }
                    return changed
                }
            ),
            (
                "spine and head exchanged", .implausible,
                { pose, _ in
                    var changed = pose
                    set(&changed, .spine, from: .head, of: pose)
                    set(&changed, .head, from: .spine, of: pose)
                    return changed
                }
            ),
            (
                "knees and feet exchanged", nil,
                { pose, _ in
                    var changed = pose
                    for (knee, foot) in [(Joint.leftKnee, Joint.leftFoot), (.rightKnee, .rightFoot)] {
                        set(&changed, knee, from: foot, of: pose)
                        set(&changed, foot, from: knee, of: pose)
                    }
                    return changed
                }
            ),
            (
                "growing arms", .gaps,
                { pose, time in
                    var changed = pose
                    for hand in [Joint.leftHand, .rightHand] {
                        guard let elbow = hand.parent, let shoulder = elbow.parent else { continue }
                        let growth = Float(1 + time / 2.5)
                        changed[elbow] = pose[shoulder] + (pose[elbow] - pose[shoulder]) * growth
                        changed[hand] = changed[elbow] + (pose[hand] - pose[elbow]) * growth
                    }
                    return changed
                }
            ),
            (
                "short legs", .implausible,
                { pose, _ in
                    var changed = pose
                    for joint in [Joint.leftKnee, .leftFoot, .rightKnee, .rightFoot] {
                        changed[joint] = pose[.root] + (pose[joint] - pose[.root]) * 0.4
                    }
                    return changed
                }
            ),
            (
                "10 cm of noise", .implausible,
                { pose, _ in
                    pose.mapped {
                        $0 + 0.1 * SIMD3(generator.normal(), generator.normal(), generator.normal())
                    }
                }
            ),
        ]
        for (name, reason, change) in bodies {
            let said = play { [body(change(walker.pose(at: $1), $1))] }["7"]
            #expect(said?.contains { $0.state == .ok } == false, "\(name)")
            #expect(said?.last?.reason == reason, "\(name)")
        }
    }

    @Test("a body that spins, and a picture that stands still for a second, are not read")
    func spinningAndFrozen() {
        for rate in [Float(4), 12, 20] {
            let said = play { _, time in
                let pose = walker.pose(at: time)
                let root = pose[.root]
                let (sine, cosine) = (sin(rate * Float(time)), cos(rate * Float(time)))
                let turned = pose.mapped { joint in
                    let own = joint - root
                    return root + SIMD3(cosine * own.x + sine * own.z, own.y, cosine * own.z - sine * own.x)
                }
                return [body(turned)]
            }["7"]
            #expect(said?.contains { $0.state == .ok } == false, "\(rate) rad/s")
        }
        let frozen = play(seconds: 3.5) { [body(walker.pose(at: min($1, 2.4)))] }["7"]
        #expect(frozen?.last?.state == .insufficientData && frozen?.last?.reason == .gaps)
    }

    @Test("a picture is no place: nobody is read, with an id or without", arguments: ["7", nil])
    func picture(id: String?) {
        let said = play { [body(walker.pose(at: $1), id: id, looksLikeImage: true)] }
        #expect(said.count == 1)
        #expect(
            said.values.allSatisfy { said in
                said.allSatisfy { $0.state == .insufficientData } && said.last?.reason == .looksLikeImage
            })
    }

    @Test("missing joints are gaps; somebody who stops and walks on is read after two seconds of walking")
    func gaps() throws {
        var limp = SourceBody(identifier: .named("7"), pose: Pose())
        let said = play { _, time in
            limp.pose = walker.pose(at: time)
            limp.pose.remove(.leftKnee)
            return [limp]
        }
        #expect(said["7"]?.last?.reason == .gaps)
        let pausing = play(seconds: 12) { _, time in
            // From 4 s to 7 s the person stands.
            [body(walker.pose(at: time < 4 ? time : max(time - 3, 4)))]
        }
        let states = try #require(pausing["7"]).map(\.state)
        let still = try #require(states.lastIndex(of: .notWalking))
        #expect(states[..<still].contains(.ok) && still >= 15 && states[still...].contains(.ok))
    }

    @Test("windows that contradict each other are uncertain; one that differs is forgotten")
    func calm() throws {
        let said = play(seconds: 10, labels: (0..<40).map { $0 % 2 }) { [body(walker.pose(at: $1))] }
        let decisions = try #require(said["7"]).filter { $0.probabilities != nil }
        #expect(decisions.count > 10 && decisions.dropFirst(2).allSatisfy { $0.state == .uncertain })
        for decision in decisions.dropFirst(2) {
            #expect(try #require(decision.confidence) < 0.4)
            #expect(abs(try #require(decision.probabilities).reduce(0, +) - 1) < 1e-5)
        }
        let careless = play(
            seconds: 10, labels: (0..<40).map { $0 % 2 }, minimumConfidence: 0.2
        ) { [body(walker.pose(at: $1))] }
        #expect(careless["7"]?.dropFirst(8).contains { $0.state == .ok } == false)
        let once = play(seconds: 10, labels: [0, 0, 0, 1]) { [body(walker.pose(at: $1))] }
        #expect(once["7"]?.last?.state == .ok)
    }
}
