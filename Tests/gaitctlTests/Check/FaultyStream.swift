import Gait
import Messaging
import Simulation
import Testing

@testable import gaitctl

/// A robot's stream of simulated people, with faults put in.
struct FaultyStream {
    var layout = SkeletonLayout.step16
    /// What the messages say; nil: nothing.
    var units: String?
    var up: String?
    var origin: String?
    var orientation: [Float]?
    var seconds = 8.0
    var people = 2
    var emotions = Emotion.allCases
    /// What happens to each person's pose.
    var pose: (Pose, _ person: Int, _ frame: Int) -> Pose = { pose, _, _ in pose }
    /// What happens to a person's joints in the layout's order.
    var joints: ([SIMD3<Float>?]) -> [SIMD3<Float>?] = { $0 }
    /// What happens to each coordinate at last.
    var place: (SIMD3<Float>) -> SIMD3<Float> = { $0 }
    /// The id of a person in a frame; nil: none.
    var id: (_ person: Int, _ frame: Int) -> String? = { person, _ in "\"\(person + 1)\"" }
    /// The stamp as it stands in the message; nil: none. The frame is due at `time`.
    var stamp: (_ time: Double, _ frame: Int) -> Double? = { time, _ in 1_700_000_000 + time }
    /// When a frame that is due at `time` arrives.
    var arrival: (_ time: Double, _ frame: Int) -> Double? = { time, _ in time + 0.004 }
    var confidence: Float?
    var fps = 30.0

    /// What a listener has recorded.
    func record() -> StreamRecord {
        var record = StreamRecord()
        let walkers = (0..<people).map { person in
            Walker(
                emotion: emotions[person % emotions.count], seed: UInt64(person + 1),
                options: .init(start: SIMD3(Float(3 * person), 0, 2)))
        }
        for frame in 0..<Int(seconds * fps) {
            let time = Double(frame) / fps
            guard let arrival = arrival(time, frame) else { continue }
            let bodies = walkers.indices.map { person -> String in
                let pose = pose(walkers[person].pose(at: time), person, frame)
                let joints = joints(layout.joints(of: pose)).map { joint -> String in
                    guard let position = joint.map(place) else { return "null" }
                    let numbers = [position.x, position.y, position.z] + [confidence].compactMap(\.self)
                    return "[" + numbers.map { "\($0)" }.joined(separator: ",") + "]"
                }
                let id = id(person, frame).map { #""id":\#($0),"# } ?? ""
                return #"{\#(id)"joints":[\#(joints.joined(separator: ","))]}"#
            }
            let fields =
                [#""layout":"\#(layout.rawValue)""#]
                + [("units", units), ("up", up), ("origin", origin)].compactMap { name, value in
                    value.map { #""\#(name)":"\#($0)""# }
                } + [stamp(time, frame).map { #""stamp":\#($0)"# }].compactMap(\.self)
                + [orientation.map { #""orientation":\#($0)"# }].compactMap(\.self)
            let payload =
                "{" + fields.joined(separator: ",") + #","bodies":[\#(bodies.joined(separator: ","))]}"#
            record.take(
                Array(payload.utf8),
                arrival: Arrival(wallClock: 1_700_000_000.5 + arrival, monotonic: arrival))
        }
        return record
    }

    func check() -> StreamCheck { StreamCheck(record(), topic: "robots/r1/skeletons") }
}

/// Expects these faults of a stream with some changes, and no others.
@discardableResult
func expectFaults(
    _ faults: [String], sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout FaultyStream) -> Void
) -> StreamCheck {
    let check = StreamCheck(of: change)
    #expect(check.faults == faults, "\(check.text)", sourceLocation: sourceLocation)
    return check
}

/// Expects that what is said of a subject of a stream with some changes contains some words.
@discardableResult
func expectText(
    _ subject: String, _ words: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ change: (inout FaultyStream) -> Void
) -> StreamCheck {
    let check = StreamCheck(of: change)
    #expect(check.texts(subject).contains(words), "\(check.text)", sourceLocation: sourceLocation)
    return check
}

extension StreamCheck {
    /// The check of a stream with some changes.
    init(of change: (inout FaultyStream) -> Void) {
        var stream = FaultyStream()
        change(&stream)
        self = stream.check()
    }

    /// The subjects that are wrong, each once.
    var faults: [String] {
        findings.filter { $0.verdict == .wrong }.map(\.subject).reduce(into: []) {
            if !$0.contains($1) { $0.append($1) }
        }
    }

    /// The texts of a subject.
    func texts(_ subject: String) -> String {
        findings.filter { $0.subject == subject }.map { "\($0.text) -> \($0.advice ?? "")" }.joined(
            separator: "\n")
    }
}
