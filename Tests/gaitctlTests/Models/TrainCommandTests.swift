import ArgumentParser
import Datasets
import Foundation
import Gait
import GaitModels
import TestSupport
import Testing

@testable import gaitctl

@Suite("gaitctl train")
struct TrainCommandTests {
    private let files: WalkFiles
    /// What makes a network's training short.
    private let small: CommandWords = """
        --set network.blocks.0.width=4 --set network.blocks.1.width=4 --set network.blocks.2.width=4 \
        --set network.kernel=3 --members 1 --threads 1 --set options.epochs=2
        """

    init() throws { files = try WalkFiles() }

    /// The object of a short training on some data set.
    private func train(_ dataset: String, _ options: CommandWords) async throws -> [String: Any] {
        try await Tool.run("train --dataset \(dataset) --json", options, small).object()
    }

    @Test("folds give pooled and separate figures, the same for the same seed", arguments: ["step", "svm"])
    func folds(method: String) async throws {
        let dataset = try files.dataset()
        let object = try await train(dataset, "--folds 2 --method \(method)")
        let accuracy = try #require(object["balanced_accuracy"] as? Double)
        #expect((0...1).contains(accuracy))
        #expect(object["ece"] is Double)
        #expect((object["recall"] as? [String: Double])?.count == 4)
        let confusion = try #require(object["confusion"] as? [[Int]])
        #expect(confusion.map { $0.reduce(0, +) } == [4, 4, 4, 4])
        let folds = try #require(object["folds"] as? [[String: Any]])
        #expect(folds.count == 2)
        for fold in folds {
            #expect(fold["fold_balanced_accuracy"] is Double)
            #expect((fold["held_out_groups"] as? [String])?.count == 8)
        }
        let again = try await train(dataset, "--folds 2 --method \(method)")
        #expect(again["confusion"] as? [[Int]] == confusion)
        #expect(again["ece"] as? Double == object["ece"] as? Double)
    }

    @Test("folds are calibrated by each other, and seen through other sources")
    func calibrationAndSources() async throws {
        let object = try await train(files.dataset(), "--folds 2")
        let calibration = try #require(object["calibration"] as? [String: Any])
        #expect((calibration["temperatures"] as? [Double])?.count == 2)
        #expect((calibration["thresholds"] as? [Double])?.count == 2)
        #expect(calibration["uncalibrated_ece"] is Double && calibration["coverage"] is Double)
        let sources = try #require(object["robustness"] as? [[String: Any]])
        #expect(sources.compactMap { $0["name"] as? String }.first == "60 fps")
        #expect(sources.count == 3 && sources[0]["same_label"] as? Double == 1)
    }

    @Test("the recipe follows the labels, and can be chosen")
    func recipe() throws {
        func training(_ labels: [Emotion], _ options: String...) throws -> ClassifierTraining {
            let labels = labels.map(\.rawValue)
            return try TrainingData.training(
                RecipeOptions.parse(options).recipe(labels: labels), labels: labels, pretrain: [], seed: 1,
                threads: 1)
        }
        let emotions = try training(Emotion.allCases)
        #expect(emotions.configuration.skeleton == .limbs)
        #expect(emotions.further.count == 40)
        #expect(Set(emotions.further.map(\.group)).count == 40)
        let styles = try training(Emotion.allCases, "--recipe", "styles")
        #expect(styles.configuration.skeleton == .given)
        #expect(styles.further.isEmpty)
        #expect(styles.options.epochs > emotions.options.epochs)
        let changed = try training(
            Emotion.allCases, "--recipe",
            try files.folder.write("mine.json", #"{"walkers": 3, "options": {"epochs": 7}}"#), "--set",
            "walkers=2", "--set", "network.skeleton=given", "--set", "options.augmentation.source=0")
        #expect(changed.further.count == 8 && changed.options.epochs == 7)
        #expect(changed.configuration.skeleton == .given && changed.options.augmentation.source == 0)
        let svm = try training([.happy, .sad], "--method", "svm")
        #expect(svm.configuration.skeleton == .given && svm.options.affectiveSmoothing == 0)
        #expect(svm.options.affectiveFeatures.count == 29)
    }

    @Test("what cameras and unlabeled walks have to do with a classifier is checked before it is trained")
    func cameras() async throws {
        let dataset = try files.dataset()
        for (options, words) in [
            ("--method svm --unlabeled \(dataset) --folds 2", "--unlabeled goes with --method step"),
            ("--recipe styles --lifter x --folds 2", "--lifter goes with --unlabeled"),
            ("--recipe styles --estimators x --folds 2", "--estimators goes with"),
            ("--teacher x --folds 2", "--teacher goes with --recipe lifter"),
        ] as [(CommandWords, String)] {
            let result = try await Tool.run("train --dataset \(dataset)", options)
            #expect(result.status == 64 && result.errors.contains(words), "\(result)")
        }
        for (options, words) in [
            ("--set options.lifted=0.5 --lifter none.safetensors", "none.safetensors"),
            ("--unlabeled none", "none"),
        ] as [(CommandWords, String)] {
            let result = try await Tool.run("train --dataset \(dataset) --folds 2", options)
            #expect(result.status != 0 && result.errors.contains(words), "\(result)")
        }
    }

    @Test("a recipe that is printed can be given back, and a wrong setting is reported with the nearest one")
    func printed() async throws {
        let printed = try await Tool.run("train --recipe styles --print-recipe")
        let path = try files.folder.write("recipe.json", printed.output)
        #expect(
            try RecipeOptions.parse(["--recipe", path]).preview
                == RecipeOptions.parse(["--recipe", "styles"]).preview)
        let wrong = try await Tool.run("train --print-recipe --set options.epoch=3")
        #expect(wrong.status == 64 && wrong.errors.contains("Did you mean 'options.epochs'?"), "\(wrong)")
        let name = try await Tool.run("train --print-recipe --recipe emotion")
        #expect(name.status == 64 && name.errors.contains("'emotions'?"), "\(name)")
    }

    @Test("a network is pretrained on other sets, and calibrated by folds into its file")
    func pretrainedAndCalibrated() async throws {
        let out = files.folder.path("model.safetensors")
        let styles = try files.dataset("styles", seed: 50)
        let dataset = try files.dataset()
        let options: CommandWords = """
            --out \(out) --validation 0 --calibration-folds 2 --pretrain \(styles) --set pretraining_epochs=1
            """
        let object = try await train(dataset, options)
        let threshold = try #require(object["threshold"] as? Double)
        #expect((0...1).contains(threshold))
        #expect((object["folds"] as? [String: Any])?["balanced_accuracy"] is Double)
        let shown = try await Tool.run("model show --weights \(out) --json").object()
        let description = try #require(shown["description"] as? [String: Any])
        #expect(description["minimumConfidence"] as? Double == threshold)
        #expect(description["temperature"] as? Double == object["temperature"] as? Double)
        let judged = try await Tool.run("evaluate --model \(out) --dataset \(dataset) --json").object()
        let abstention = try #require(judged["abstention"] as? [String: Any])
        #expect(abstention["threshold"] as? Double == threshold)
        #expect((abstention["coverage"] as? Double).map { (0...1).contains($0) } == true)
    }

    @Test("a label with too few gaits to train on and hold out is named", arguments: ["folds", "validation"])
    func oneRecording(kind: String) async throws {
        let whole = try GaitDataset(contentsOf: try files.dataset(emotions: [.happy, .sad]))
        let few = files.folder.path("few")
        try GaitDataset(
            labelNames: whole.labelNames, gaits: whole.gaits.filter { $0.label == 0 || $0.key == "sad-0" }
        ).write(to: few)
        let out = files.folder.path("model.safetensors")
        try await Tool.run("train --dataset \(few)", kind == "folds" ? "--folds 2" : "--out \(out)", small)
            .expectFailure(1, saying: few, "sad has one gait only (sad-0)", "--validation 0")
        #expect(!FileManager.default.fileExists(atPath: out))
        let everything = try await Tool.run(
            "train --dataset \(few) --out \(out) --validation 0 --set walkers=0", small)
        #expect(everything.status == 0, "\(everything.errors)")
    }

    @Test("a trained network is written with its figures, and its file says how it came to be")
    func writes() async throws {
        let out = files.folder.path("model.safetensors")
        let object = try await train(files.dataset(), "--out \(out) --version 7")
        #expect(object["training_gaits"] as? Int == 12)
        #expect(object["validation_gaits"] as? Int == 4)
        let validation = try #require(object["validation"] as? [String: Any])
        #expect(validation["balanced_accuracy"] is Double)
        let shown = try await Tool.run("model show --weights \(out) --json").object()
        let description = try #require(shown["description"] as? [String: Any])
        #expect(description["version"] as? Int == 7)
        let training = try #require(description["training"] as? [String: Any])
        #expect((training["command"] as? String)?.hasPrefix("gaitctl train --dataset walks") == true)
    }

    @Test("Ctrl-C ends a training with 1 and leaves no file")
    func interrupted() async throws {
        let dataset = try files.dataset()
        let words: [CommandWords] = [
            "train --dataset \(dataset) --out \(files.folder.path("model.safetensors"))", small,
            "--set options.epochs=100000",
        ]
        try await Tool.run(words.flatMap(\.all), isInterrupted: true).expectFailure(1, saying: "interrupted")
        #expect(try files.folder.contents() == ["walks"])
    }

    @Test("a data set that cannot be trained with is a failure in one line")
    func unusable() async throws {
        let dataset = try files.dataset()
        let single = try files.dataset("single", emotions: [.happy])
        let unlabelled = try files.dataset("unlabelled")
        try FileManager.default.removeItem(atPath: unlabelled + "/labels.h5")
        let link = files.folder.path("link")
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "/dev/null")
        let cases: [(arguments: [String], words: [String])] = [
            (["--dataset", "/nowhere", "--folds", "2"], ["/nowhere"]),
            (["--dataset", unlabelled, "--folds", "2"], [unlabelled, "labels.h5"]),
            (["--dataset", dataset, "--folds", "2", "--group", "mood"], ["mood", "--group"]),
            (["--dataset", dataset, "--folds", "20"], ["16", "20 folds"]),
            (["--dataset", single, "--folds", "2", "--method", "svm"], ["happy"]),
            (["--dataset", single, "--folds", "2"] + small.all, ["happy"]),
            (["--dataset", dataset, "--out", "/nowhere/model"], ["/nowhere/model", "cannot be written"]),
            (["--dataset", dataset, "--out", link], [link, "cannot be written", "not a file"]),
            (["--dataset", dataset, "--out", files.folder.path], ["cannot be written", "not a file"]),
        ]
        for (arguments, words) in cases {
            try await Tool.run(["train"] + arguments + ["--json"]).expectFailure(1, saying: words)
        }
    }
}
