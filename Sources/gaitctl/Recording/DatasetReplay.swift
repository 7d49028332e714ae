import Datasets
import Foundation
import Gait
import Messaging

/// Publishes a data set's gaits as a robot's skeletons, at their own rate.
struct DatasetReplay {
    /// How a replay went.
    struct Summary: Encodable {
        /// Gaits that were begun.
        fileprivate(set) var gaits = 0
        fileprivate(set) var messages = 0
        fileprivate(set) var seconds = 0.0
        /// Messages that did not get to the broker.
        fileprivate(set) var lost = 0

        var text: String {
            "gaits=\(gaits) messages=\(messages) seconds=\(String(format: "%.1f", seconds)) lost=\(lost)"
        }
    }

    let dataset: GaitDataset
    let topic: String
    let client: MQTTClient
    var scene: DatasetScene

    /// Publishes until everybody has walked, or Ctrl-C.
    mutating func run(rate: Double, progress: ProgressReporter) throws -> Summary {
        var summary = Summary()
        var payload = SkeletonPayload()
        let schedule = FrameSchedule(start: .now(), rate: rate)
        while schedule.wait(for: summary.messages), let bodies = scene.next() {
            let frame = summary.messages
            payload.begin(stamp: schedule.stamp(of: frame), layout: scene.layout, origin: .world)
            for body in bodies { payload.append(id: body.id, joints: body.joints) }
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

    /// Who walks, with the labels.
    private func names(_ walks: [DatasetScene.Walk?]) -> String {
        walks.compactMap(\.self).prefix(3).map { walk in
            "\(walk.id) (\(dataset.labelNames[scene.gaits[walk.index].label]))"
        }.joined(separator: ", ")
    }
}

extension GaitDataset {
    /// The gaits of these keys, in their order; all without keys.
    ///
    /// - Throws: `CommandFailure.failure` for a key that is none.
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
