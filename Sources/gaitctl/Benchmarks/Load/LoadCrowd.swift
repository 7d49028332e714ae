import Gait
import Messaging
import Simulation

/// People who walk, written once as they stand in a message, so that thousands of bodies a second cost a copy
/// each: the benchmark shares the machine with what it measures.
struct LoadCrowd: Sendable {
    /// Seconds after which the walks begin anew; each then has one step that is no step.
    private static let seconds = 20.0
    /// Walks that differ; people beyond them walk like one of them at another moment.
    private static let walks = 24

    /// Frames per second of every robot.
    let rate: Double
    private let frames: Int
    private let joints: [UInt8]
    /// Where the joints of each walk and frame begin, and the end.
    private let starts: [Int]

    init(rate: Double) {
        self.rate = rate
        frames = Int(Self.seconds * rate)
        var joints: [UInt8] = []
        var starts = [0]
        let emotions = Emotion.allCases
        for walk in 0..<Self.walks {
            let walker = Walker(emotion: emotions[walk % emotions.count], seed: UInt64(walk))
            for frame in 0..<frames {
                let pose = walker.pose(at: Double(frame) / rate)
                joints += SkeletonPayload.written(SkeletonLayout.step16.joints(of: pose))
                starts.append(joints.count)
            }
        }
        (self.joints, self.starts) = (joints, starts)
    }

    /// Writes what a robot sees in a frame.
    func write(_ robot: LoadRobot, frame: Int, stamp: Double, to payload: inout SkeletonPayload) {
        payload.begin(stamp: stamp, layout: .step16, origin: .world)
        for person in robot.people {
            // Shifted by an odd number of frames each time that a walk is used again.
            let moment = (frame + person.number / Self.walks * 37) % frames
            let index = person.number % Self.walks * frames + moment
            payload.append(id: person.id, written: joints[starts[index]..<starts[index + 1]])
        }
        payload.end()
    }
}

/// A simulated robot of the benchmark.
struct LoadRobot: Sendable {
    /// One of those whom it sees.
    struct Person: Sendable {
        let number: Int
        let id: String
    }

    let name: String
    let topic: String
    let people: [Person]
    /// The share of a frame's time by which its frames come later than those of a robot of phase 0: real
    /// robots are not synchronised.
    let phase: Double

    /// The robots that see `people` people, `share` each, in the order of their phases.
    static func fleet(people: Int, share: Int, topics: Topics) -> [LoadRobot] {
        stride(from: 0, to: people, by: share).enumerated().map { index, first in
            let name = "r\(index + 1)"
            return LoadRobot(
                name: name, topic: topics.skeletons(SkeletonSource(robot: name)),
                people: (first..<min(first + share, people)).map { Person(number: $0, id: "\($0 + 1)") },
                phase: (Double(index) * 0.618_033_988_749_894_9).truncatingRemainder(dividingBy: 1))
        }
        .sorted { $0.phase < $1.phase }
    }
}
