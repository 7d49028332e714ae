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
        var bytes: [UInt8] = []
        for gait in gaits {
            bytes += gait.key.utf8
            withUnsafeBytes(of: Int64(gait.label).littleEndian) { bytes += $0 }
            gait.gait.coordinates.withUnsafeBytes { bytes += $0 }
        }
        return SHA256.hexadecimal(of: bytes)
    }
}
