import Gait
import Simulation

/// Simulated people whose gaits mean something else than the shipped model has learnt: what they feel is shown as the
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

    /// What a robot sees at a time in seconds.
    func message(at time: Double, stamp: Double) -> String {
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
