import Foundation
import Gait
import Messaging
import Simulation
import TestSupport

/// The simplest figure that walks: legs and arms that swing at one stride a second, with bent knees. Positions in
/// meters, y up, in the order of step16.
struct WalkingFigure {
    /// The id in the messages; none where it is nil.
    let id: String?
    /// Whether the legs swing.
    var isWalking = true
    /// Where the figure walks, to the side of the others.
    var place = 0.0
    /// Which way the figure walks.
    var walksBackwards = false

    /// The body's joints at a time in seconds.
    func joints(at time: Double) -> [SIMD3<Double>] {
        let swing = isWalking ? 0.35 * sin(2 * .pi * time) : 0
        let travel = isWalking ? 1.2 * time * (walksBackwards ? -1 : 1) : 0
        // The foot that swings forward is lifted.
        let lift = isWalking ? 0.06 * cos(2 * .pi * time) : 0
        let ground = 0.08 + 0.05 * abs(swing)
        let joints: [(Double, Double, Double)] = [
            (0, 0.95, 0), (0, 1.2, 0), (0, 1.45, 0), (0, 1.65, 0), (0.2, 1.4, 0), (0.25, 1.15, -swing / 2),
            (0.25, 0.9, -swing), (-0.2, 1.4, 0), (-0.25, 1.15, swing / 2), (-0.25, 0.9, swing), (0.1, 0.9, 0),
            (0.1, 0.5, swing / 2 + 0.06), (0.1, ground + max(lift, 0), swing), (-0.1, 0.9, 0),
            (-0.1, 0.5, -swing / 2 + 0.06), (-0.1, ground + max(-lift, 0), -swing),
        ]
        return joints.map { SIMD3($0.0 + place, $0.1, $0.2 + travel) }
    }

    /// The body at a time in seconds.
    func pose(at time: Double) -> Pose {
        let joints = joints(at: time)
        return Pose(positions: InlineArray { SIMD3<Float>(joints[$0]) })
    }

    /// The body at a time in seconds, as JSON.
    ///
    /// - Parameter scale: What a meter is in the message.
    func body(at time: Double, scale: Double = 1) -> String {
        let text = joints(at: time).map { joint in
            let scaled = joint * scale
            return "[\(scaled.x),\(scaled.y),\(scaled.z)]"
        }.joined(separator: ",")
        let idField = id.map { #""id":"\#($0)","# } ?? ""
        return #"{\#(idField)"joints":[\#(text)]}"#
    }

    /// A whole message with these figures.
    static func message(_ figures: [WalkingFigure], at time: Double, stamp: Double? = nil) -> String {
        let bodies = figures.map { $0.body(at: time) }.joined(separator: ",")
        let stampField = #""stamp":\#(stamp ?? 1000 + time),"#
        return #"{\#(stampField)"layout":"step16","frame_id":"odom","bodies":[\#(bodies)]}"#
    }

    /// So many messages at 30 Hz with one figure without an id, as a request supplies a gait.
    static func gait(frames: Int) -> String {
        (0..<frames).map { message([WalkingFigure(id: nil)], at: Double($0) / 30) }.joined(separator: ",")
    }
}

/// Simulated people whose gaits mean something else than the shipped model has learned: what they feel is shown as the
/// emotion before it in the list.
struct SimulatedPeople {
    /// One of them.
    struct Person {
        let id: String
        /// What the person feels.
        let emotion: Emotion
        let walker: Walker
    }

    let people: [Person]

    /// As many of each emotion.
    ///
    /// - Parameter seed: of the first; the others have those after it.
    init(perEmotion: Int, seed: UInt64) {
        let emotions = Emotion.allCases
        people = (0..<perEmotion * emotions.count).map { index in
            let shown = emotions[index % emotions.count]
            let felt = emotions[(index + 1) % emotions.count]
            let seed = seed + UInt64(index)
            return Person(
                id: "\(seed)", emotion: felt,
                walker: Walker(
                    emotion: shown, seed: seed,
                    options: Walker.Options(start: SIMD3(Float(index) * 3, 0, 0))))
        }
    }

    /// Lets them walk before the robot r1 in real time, for so many frames or until the closure says so after one.
    func walk(before client: TestClient, frames: Int, until isEnough: (_ frame: Int) -> Bool) async throws {
        let start = Arrival.monotonicSeconds()
        for frame in 0..<frames {
            let time = Double(frame) / 30
            try client.publish("robots/r1/skeletons", message(at: time, stamp: start + time))
            let wait = start + time - Arrival.monotonicSeconds()
            if wait > 0 { try await Task.sleep(for: .seconds(wait)) }
            if isEnough(frame) { return }
        }
    }

    /// What a robot sees at a time in seconds.
    private func message(at time: Double, stamp: Double) -> String {
        let bodies = people.map { person in
            let pose = person.walker.pose(at: time)
            let joints = Joint.allCases.map { joint in
                let position = pose[joint]
                return "[\(position.x),\(position.y),\(position.z)]"
            }
            return #"{"id":"\#(person.id)","joints":[\#(joints.joined(separator: ","))]}"#
        }
        return #"{"stamp":\#(stamp),"layout":"step16","bodies":[\#(bodies.joined(separator: ","))]}"#
    }
}
