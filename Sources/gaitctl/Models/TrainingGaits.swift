import Datasets
import Foundation
import Gait
import GaitModels
import Simulation

/// Gaits as the trainer takes them: of a data set, of several for pretraining, or simulated.
enum TrainingGaits {
    /// The frames of a simulated walk: five seconds, as the recordings have.
    private static let walkFrames = 150

    /// - Parameter group: the manifest's column whose values splits keep together.
    /// - Throws: `CommandFailure.failure` naming the gait that has no such column, or the only label of the set.
    static func read(_ data: GaitDataset, group: String, folder: String) throws(CommandFailure)
        -> [TrainingGait]
    {
        guard data.labelNames.count > 1 else {
            throw .failure(
                "\(folder) has one label only (\(data.labelNames.joined())); at least two are needed")
        }
        var gaits: [TrainingGait] = []
        for gait in data.gaits {
            guard let value = gait.attribute(group), !value.isEmpty else {
                throw .failure(
                    "\(folder): gait \(gait.key) has no \(group) in manifest.csv; choose another --group")
            }
            gaits.append(
                TrainingGait(
                    key: gait.key, gait: gait.gait, label: gait.label, group: value,
                    recording: gait.sourceFile))
        }
        return gaits
    }

    /// Whether every label has gaits enough for some to be held out.
    ///
    /// - Throws: `CommandFailure.failure` naming the label whose gaits all belong to one group.
    static func checkGroups(
        of gaits: [TrainingGait], labels: [String], folder: String
    ) throws(CommandFailure) {
        for (label, own) in Dictionary(grouping: gaits, by: \.label).sorted(by: { $0.key < $1.key }) {
            guard Set(own.map(\.group)).count == 1, let first = own.first else { continue }
            let what = own.count == 1 ? "one gait only (\(first.key))" : "gaits of \(first.group) only"
            throw .failure(
                "\(folder): \(labels[label]) has \(what), which can be trained on or held out, not both; add "
                    + "recordings of \(labels[label]), or train without folds and with --validation 0")
        }
    }

    /// The training of a classifier on a data set, with the further gaits that its recipe asks for.
    ///
    /// - Parameters:
    ///   - pretrain: folders of data sets to pretrain on.
    ///   - syntheticPerClass: synthetic gaits of every class to train on as well; nil for none.
    /// - Throws: `DatasetError` if a set to pretrain on cannot be read.
    static func training(
        _ recipe: Recipe, on data: GaitDataset, pretrain: [String], seed: UInt64, threads: Int,
        syntheticPerClass: Int? = nil
    ) throws -> ClassifierTraining {
        let labels = data.labelNames
        var training = ClassifierTraining(
            recipe, labels: labels, seed: seed, threads: threads, syntheticPerClass: syntheticPerClass)
        if !pretrain.isEmpty {
            training.pretraining = try pretraining(pretrain, epochs: recipe.pretrainingEpochs)
        }
        training.further = walkers(perEmotion: recipe.walkers, labels: labels, seed: seed)
        return training
    }

    /// The gaits of several data sets, each label as a separate class, named after its set.
    ///
    /// - Throws: `DatasetError` naming the file that cannot be read.
    private static func pretraining(_ folders: [String], epochs: Int) throws -> Pretraining {
        var labels: [String] = []
        var gaits: [TrainingGait] = []
        for folder in folders {
            let data = try DatasetReader.dataset(in: folder)
            let name = URL(fileURLWithPath: folder).lastPathComponent
            for gait in data.gaits {
                gaits.append(
                    TrainingGait(
                        key: "\(name)/\(gait.key)", gait: gait.gait, label: labels.count + gait.label,
                        group: gait.sourceFile))
            }
            labels += data.labelNames.map { "\(name)/\($0)" }
        }
        return Pretraining(labels: labels, gaits: gaits, epochs: epochs)
    }

    /// How strongly simulated walkers show their emotion: people differ, and so do sources of recordings.
    private static let intensities: ClosedRange<Float> = 0.6...1.3

    /// Simulated walks of every emotion that is among the labels, each of another person.
    private static func walkers(perEmotion count: Int, labels: [String], seed: UInt64) -> [TrainingGait] {
        var generator = SeededGenerator(seed: seed)
        return labels.enumerated().flatMap { label, name -> [TrainingGait] in
            guard let emotion = Emotion(rawValue: name) else { return [] }
            return (0..<count).map { index in
                // Far from the seeds that `simulate` and the demo use, so that none of their people is trained on.
                let options = Walker.Options(intensity: generator.uniform(intensities))
                let walker = Walker(
                    emotion: emotion, seed: 0x5EED_0000_0000 &+ seed &* 65_537 &+ UInt64(index),
                    options: options)
                return TrainingGait(
                    key: "walker-\(name)-\(index)", gait: walker.gait(frames: walkFrames), label: label,
                    group: "walker-\(name)-\(index)")
            }
        }
    }
}
