package import Gait
import NeuralNetwork

/// A gait to train or to test on.
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
    /// Whether it is what a lifter drew of a person in pictures.
    let isLifted: Bool
    /// The probability of each class, of a gait that nobody labeled; nil if its label is all that is known.
    private(set) var probabilities: [Float]?

    /// What a network is to say of it.
    var target: SoftmaxCrossEntropy.Target { probabilities.map { .probabilities($0) } ?? .label(label) }

    /// - Parameter recording: the default group.
    package init(
        key: String, gait: Gait, label: Int, group: String, recording: String? = nil, isLifted: Bool = false
    ) {
        (self.key, self.gait, self.label, self.group) = (key, gait, label, group)
        (self.recording, self.isLifted) = (recording ?? group, isLifted)
    }

    /// The same gait under another label.
    func labelled(_ label: Int) -> TrainingGait {
        TrainingGait(
            key: key, gait: gait, label: label, group: group, recording: recording, isLifted: isLifted)
    }

    /// The same gait as a teacher reads it.
    func read(_ probabilities: [Float]) -> TrainingGait {
        let likeliest = probabilities.indices.max { probabilities[$0] < probabilities[$1] } ?? 0
        var read = labelled(likeliest)
        read.probabilities = probabilities
        return read
    }

    /// The evaluation windows of gaits, each with its gait's label.
    static func windows(of gaits: [TrainingGait]) -> [(window: Gait, label: Int)] {
        gaits.flatMap { gait in gait.gait.windows().map { ($0, gait.label) } }
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

/// Gaits with other labels that a network learns to tell apart before it learns its own task.
///
/// Few recordings carry emotions, but many carry acted styles. The features that distinguish styles, the swing of
/// limbs and the posture, also carry emotions. Only the output layer starts over afterward.
package struct Pretraining: Sendable {
    /// The classes, such as `walk7/active`.
    package let labels: [String]
    package let gaits: [TrainingGait]
    /// How often each of its gaits is seen.
    package let epochs: Int

    package init(labels: [String], gaits: [TrainingGait], epochs: Int) {
        (self.labels, self.gaits, self.epochs) = (labels, gaits, epochs)
    }

    /// The rest once some recordings are left out, because data sets share recordings: nothing may be learned from
    /// what is validated or tested on. Classes that are left without a gait go too.
    package func without(recordings: Set<String>) -> Pretraining {
        let rest = gaits.filter { !recordings.contains($0.recording) }
        let present = Set(rest.map(\.label)).sorted()
        let place = Dictionary(uniqueKeysWithValues: zip(present, present.indices))
        return Pretraining(
            labels: present.map { labels[$0] },
            gaits: rest.map { gait in gait.labelled(place[gait.label] ?? 0) }, epochs: epochs)
    }
}
