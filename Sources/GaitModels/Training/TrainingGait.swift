package import Gait
import NeuralNetwork

/// A gait to train on or to judge by.
package struct TrainingGait: Sendable {
    /// The data set's key; part of the training data's hash.
    package let key: String
    package let gait: Gait
    /// The index of its class.
    package let label: Int
    /// What splits keep together: the recording, or the actor.
    package let group: String
    /// The recording that the gait was cut from, by the name that it has in every data set.
    package let recording: String

    /// - Parameter recording: the group where none is given.
    package init(key: String, gait: Gait, label: Int, group: String, recording: String? = nil) {
        (self.key, self.gait, self.label, self.group) = (key, gait, label, group)
        self.recording = recording ?? group
    }

    /// The same gait under another label.
    func labelled(_ label: Int) -> TrainingGait {
        TrainingGait(key: key, gait: gait, label: label, group: group, recording: recording)
    }

    /// SHA-256 over keys, labels and coordinates, in order.
    package static func hash(_ gaits: [TrainingGait]) -> String {
        var hash = SHA256()
        for gait in gaits {
            hash.update(gait.key.utf8)
            hash.update(withUnsafeBytes(of: Int64(gait.label).littleEndian) { Array($0) })
            gait.gait.coordinates.withUnsafeBytes { hash.update($0) }
        }
        return hash.finish()
    }
}
