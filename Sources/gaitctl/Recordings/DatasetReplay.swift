import Datasets
import Foundation
import Gait
import Messaging
import Simulation

/// Publishes a data set's gaits as a robot's skeletons, at their own rate.
struct DatasetReplay {
    /// How a replay went.
    struct Summary: Encodable {
        /// Gaits that began.
        fileprivate(set) var gaits = 0
        fileprivate(set) var messages = 0
        fileprivate(set) var seconds = 0.0
        /// Messages that did not reach the broker.
        fileprivate(set) var lost = 0
    }

    let dataset: GaitDataset
    let topic: String
    let client: MQTTClient
    var scene: DatasetScene

    /// Publishes until all gaits have been walked, or Ctrl-C.
    mutating func run(rate: Double, progress: ProgressReporter) throws -> Summary {
        var summary = Summary()
        var payload = SkeletonPayload()
        let schedule = FrameSchedule(start: .now(), rate: rate)
        while schedule.wait(for: summary.messages), let bodies = scene.next() {
            let frame = summary.messages
            payload.begin(stamp: schedule.stamp(of: frame), layout: scene.layout, origin: .world)
            for body in bodies { payload.append(id: body.id, written: SkeletonPayload.written(body.joints)) }
            payload.end()
            try client.publish(MQTTMessage(topic: topic, payload: payload.bytes))
            summary.messages += 1
            summary.gaits = scene.begun
            summary.seconds = schedule.time(of: summary.messages)
            let (walks, count) = (scene.walks, scene.gaits.count)
            progress.report(
                "replay: \(summary.gaits) of \(count) gaits, \(Int(summary.seconds)) s: \(names(walks))")
        }
        client.stop(deadline: 10)
        summary.lost = client.statistics.dropped
        return summary
    }

    /// The ids of the people who walk, with their labels.
    private func names(_ walks: [DatasetScene.Walk?]) -> String {
        walks.compactMap(\.self).prefix(3).map { walk in
            "\(walk.id) (\(dataset.labelNames[scene.gaits[walk.index].label]))"
        }.joined(separator: ", ")
    }
}

extension GaitDataset {
    /// The gaits of these keys, in their order; all gaits if there are no keys.
    ///
    /// - Throws: `CommandFailure.failure` for an unknown key.
    func gaits(of keys: [String]) throws(CommandFailure) -> [LabelledGait] {
        guard !keys.isEmpty else { return gaits }
        var chosen: [LabelledGait] = []
        for key in keys {
            guard let gait = gaits.first(where: { $0.key == key }) else {
                let some = gaits.prefix(5).map(\.key).joined(separator: ", ")
                throw .failure("the data set has no gait \"\(key)\"; it has \(gaits.count), such as \(some)")
            }
            chosen.append(gait)
        }
        return chosen
    }
}

/// The gaits of a data set as people in front of a robot, a few at a time, each with its own id.
struct DatasetScene {
    /// Meters between two people who walk at the same time.
    private static let distance: Float = 3

    /// A person who walks.
    struct Walk: Equatable {
        /// The gait's place in `gaits`.
        let index: Int
        let id: String
        fileprivate(set) var frame = 0
    }

    let gaits: [LabelledGait]
    let layout: SkeletonLayout
    let loops: Bool
    /// The people who walk at the moment, by place.
    private(set) var walks: [Walk?]
    private(set) var begun = 0
    private var identifiers = UniqueIdentifiers()

    /// - Parameters:
    ///   - concurrent: how many walk at once, at least 1.
    ///   - loops: whether the first gait follows the last.
    init(_ gaits: [LabelledGait], layout: SkeletonLayout, concurrent: Int, loops: Bool) {
        self.gaits = gaits
        self.layout = layout
        self.loops = loops
        walks = Array(repeating: nil, count: loops ? concurrent : min(concurrent, gaits.count))
    }

    /// One body of a frame, its joints in the layout's order.
    struct Body {
        let id: String
        let joints: [SIMD3<Float>?]
    }

    /// The bodies of the next frame; nil after the last gait.
    mutating func next() -> [Body]? {
        var bodies: [Body] = []
        for place in walks.indices {
            if walks[place] == nil { walks[place] = begin() }
            guard var walk = walks[place] else { continue }
            let gait = gaits[walk.index].gait
            let pose = gait.pose(frame: walk.frame, movedBy: SIMD3(Float(place) * Self.distance, 0, 0))
            bodies.append(Body(id: walk.id, joints: layout.joints(of: pose)))
            walk.frame += 1
            walks[place] = walk.frame < gait.frames ? walk : nil
        }
        return bodies.isEmpty ? nil : bodies
    }

    private mutating func begin() -> Walk? {
        guard loops || begun < gaits.count else { return nil }
        let index = begun % gaits.count
        begun += 1
        return Walk(index: index, id: identifiers.identifier(for: gaits[index].key))
    }
}

/// Unique ids that can be part of a topic.
struct UniqueIdentifiers {
    /// The number of requests for each id.
    private var given: [String: Int] = [:]

    /// The key with `_` for characters that a topic cannot hold, and with `-2` and so on if it was given before.
    mutating func identifier(for key: String) -> String {
        let allowed = key.unicodeScalars.map { Topics.isValidName(String($0)) ? Character($0) : "_" }
        let base = allowed.isEmpty ? "_" : String(allowed.prefix(56))
        var identifier = base
        repeat {
            let times = given[base, default: 0] + 1
            given[base] = times
            identifier = times == 1 ? base : "\(base)-\(times)"
        } while identifier != base && given[identifier] != nil
        if identifier != base { given[identifier] = 1 }
        return identifier
    }
}

extension Gait {
    /// One frame, moved.
    fileprivate func pose(frame: Int, movedBy offset: SIMD3<Float>) -> Pose {
        var pose = Pose()
        for joint in Joint.allCases {
            let start = frame * Gait.valuesPerFrame + 3 * joint.rawValue
            pose[joint] = SIMD3(coordinates[start], coordinates[start + 1], coordinates[start + 2]) + offset
        }
        return pose
    }
}
