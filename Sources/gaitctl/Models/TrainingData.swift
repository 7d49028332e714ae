import Datasets
import Foundation
import Gait
import GaitModels
import Simulation

/// A data set as the trainer takes it.
struct TrainingData {
    let labels: [String]
    let gaits: [TrainingGait]

    /// - Parameter group: the manifest's column whose values splits keep together.
    /// - Throws: `DatasetError`, or a `CommandFailure` naming the gait that has no such column, or the only label.
    init(_ folder: String, group: String) throws {
        let data = try DatasetReader.dataset(in: folder)
        labels = data.labelNames
        guard labels.count > 1 else {
            throw CommandFailure.failure(
                "\(folder) has one label only (\(labels.joined())); at least two are needed")
        }
        gaits = try data.gaits.map { gait in
            guard let value = gait.attribute(group), !value.isEmpty else {
                throw CommandFailure.failure(
                    "\(folder): gait \(gait.key) has no \(group) in manifest.csv; choose another --group")
            }
            return TrainingGait(
                key: gait.key, gait: gait.gait, label: gait.label, group: value, recording: gait.sourceFile)
        }
    }

    /// The training of a classifier, with the further gaits that its recipe asks for.
    ///
    /// - Parameters:
    ///   - pretrain: folders of data sets to pretrain on.
    ///   - syntheticPerClass: synthetic gaits of every class to train on as well; nil for none.
    /// - Throws: `DatasetError` if a set to pretrain on cannot be read.
    static func training(
        _ recipe: Recipe, labels: [String], pretrain: [String], seed: UInt64, threads: Int,
        syntheticPerClass: Int? = nil
    ) throws -> ClassifierTraining {
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
        var (labels, gaits) = ([String](), [TrainingGait]())
        for folder in folders {
            let data = try DatasetReader.dataset(in: folder)
            let name = URL(fileURLWithPath: folder).lastPathComponent
            gaits += data.gaits.map { gait in
                TrainingGait(
                    key: "\(name)/\(gait.key)", gait: gait.gait, label: labels.count + gait.label,
                    group: gait.sourceFile)
            }
            labels += data.labelNames.map { "\(name)/\($0)" }
        }
        return Pretraining(labels: labels, gaits: gaits, epochs: epochs)
    }

    /// The gaits of several data sets; a gait's label is the place of its set in the list.
    ///
    /// - Throws: `DatasetError`, or a `CommandFailure` naming the gait that has no such column.
    static func recordings(in folders: [String], group: String = "source_file") throws -> [TrainingGait] {
        try folders.enumerated().flatMap { place, folder in
            let name = URL(fileURLWithPath: folder).lastPathComponent
            return try DatasetReader.dataset(in: folder).gaits.map { gait in
                guard let value = gait.attribute(group), !value.isEmpty else {
                    throw CommandFailure.failure(
                        "\(folder): gait \(gait.key) has no \(group) in manifest.csv; choose another --group")
                }
                return TrainingGait(
                    key: "\(name)/\(gait.key)", gait: gait.gait, label: place, group: value,
                    recording: gait.sourceFile)
            }
        }
    }

    /// Simulated walks of all emotions for trainings that have no use for them, each of another person.
    ///
    /// - Parameter label: the label of all of them.
    static func unlabeledWalkers(_ count: Int, label: Int, seed: UInt64) -> [TrainingGait] {
        let perEmotion = (count + Emotion.allCases.count - 1) / Emotion.allCases.count
        let walks = walkers(perEmotion: perEmotion, labels: Emotion.allCases.map(\.rawValue), seed: seed)
        return walks.prefix(count).map {
            TrainingGait(key: $0.key, gait: $0.gait, label: label, group: $0.group)
        }
    }

    /// The frames of a simulated walk: five seconds, as the recordings have.
    private static let walkFrames = 150
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
