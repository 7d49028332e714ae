import Datasets
import Foundation
import Gait
import Messaging
import Simulation

extension ReplayCommand {
    /// How the replay of a data set went.
    struct DatasetSummary: Encodable {
        /// Gaits that began.
        fileprivate(set) var gaits = 0
        fileprivate(set) var messages = 0
        fileprivate(set) var seconds = 0.0
        /// Messages that did not reach the broker.
        fileprivate(set) var lost = 0
    }

    /// Publishes gaits of a data set as a robot's skeletons, until all have been walked, or Ctrl-C.
    func replay(
        _ gaits: [LabelledGait], labels: [String], to client: MQTTClient, progress: ProgressReporter
    ) throws -> DatasetSummary {
        let topic = try Topics(node: "gaitctl", robots: topicPrefix ?? prefixes.robotsPrefix)
            .skeletons(SkeletonSource(robot: robot ?? "r1"))
        var scene = GaitScene(
            gaits.map { (Topics.validName(for: $0.key), $0.gait) }, layout: layout, concurrent: concurrent,
            loops: loop)
        var summary = DatasetSummary()
        var payload = SkeletonPayload()
        let schedule = FrameSchedule(start: .now(), rate: fps)
        while schedule.wait(for: summary.messages), let bodies = scene.next() {
            payload.begin(stamp: schedule.stamp(of: summary.messages), layout: layout, origin: .world)
            payload.end(with: bodies)
            try client.publish(MQTTMessage(topic: topic, payload: payload.bytes))
            summary.messages += 1
            summary.gaits = scene.begun
            summary.seconds = schedule.time(of: summary.messages)
            let names = scene.walks.compactMap(\.self).prefix(3).map { walk in
                "\(walk.id) (\(labels[gaits[walk.index].label]))"
            }
            progress.report(
                "replay: \(summary.gaits) of \(gaits.count) gaits, \(Int(summary.seconds)) s: "
                    + names.joined(separator: ", "))
        }
        client.stop(deadline: 10)
        summary.lost = client.statistics.dropped
        return summary
    }
}

extension SkeletonPayload {
    /// Adds the bodies of a simulated frame, and ends the message.
    mutating func end(
        with bodies: [SimulatedScene.Body], dimensions: Int = 3, confidence: Float? = nil
    ) {
        for body in bodies {
            let joints = Self.written(body.joints, dimensions: dimensions, confidence: confidence)
            append(id: body.id, written: joints)
        }
        end()
    }
}

extension GaitDataset {
    /// The gaits of these keys, in their order; all gaits if there are no keys.
    ///
    /// - Throws: `CommandFailure.failure` for an unknown key.
    func gaits(of keys: [String]) throws(CommandFailure) -> [LabelledGait] {
        guard !keys.isEmpty else { return gaits }
        return try keys.map { key throws(CommandFailure) in
            guard let gait = gaits.first(where: { $0.key == key }) else {
                let some = gaits.prefix(5).map(\.key).joined(separator: ", ")
                throw .failure("the data set has no gait \"\(key)\"; it has \(gaits.count), such as \(some)")
            }
            return gait
        }
    }
}
