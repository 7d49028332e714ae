/// A recipe to be measured by folds on a data set.
package struct Experiment: Sendable {
    /// What the page calls it; unique within its question.
    package let name: String
    /// The data set's folder name.
    package let dataset: String
    /// The arguments of `gaitctl train` that repeat the experiment, except data set and seed. Sets to pretrain on are
    /// given by name.
    package let arguments: [String]

    init(_ name: String, _ dataset: String, _ options: String = "", folds: Int = 4) {
        (self.name, self.dataset) = (name, dataset)
        arguments = ["--folds", "\(folds)"] + options.split(separator: " ").map(String.init)
    }
}

/// A question and the experiments that answer it.
package struct ExperimentQuestion: Sendable {
    package let title: String
    package let seeds: [UInt64]
    package let experiments: [Experiment]

    /// All questions, the most important first.
    package static let all: [ExperimentQuestion] = [emotions, styles, sources, emotionParts, styleParts]

    private static let emotions = ExperimentQuestion(
        title: "Four emotions, recordings held out", seeds: [1, 2, 3],
        experiments: [
            Experiment("linear SVM, features in the world", "emotion4", "--method svm"),
            Experiment(
                "linear SVM, features from the root", "emotion4",
                "--method svm --set options.affective_origin=root"),
            Experiment(
                "linear SVM, features from the root, with the walkers", "emotion4",
                "--method svm --set options.affective_origin=root --set walkers=10"),
            Experiment("the recipe, one network", "emotion4", "--members 1"),
            Experiment("the recipe, three networks: the default model", "emotion4", "--members 3"),
        ])

    private static let styles = ExperimentQuestion(
        title: "Fifteen styles of one source, recordings held out", seeds: [1, 2, 3],
        experiments: [
            Experiment("linear SVM", "style15", "--method svm"),
            Experiment("the recipe", "style15"),
        ])

    private static let sources = ExperimentQuestion(
        title: "Four emotions, a whole source held out (two folds by rig)", seeds: [1],
        experiments: [
            Experiment(
                "linear SVM, features from the root, with the walkers", "emotion4",
                "--group rig --method svm --set options.affective_origin=root --set walkers=10", folds: 2),
            Experiment("the recipe, one network", "emotion4", "--group rig --members 1", folds: 2),
        ])

    private static let emotionParts = ExperimentQuestion(
        title: "Four emotions: what the recipe, with one network, owes to its parts", seeds: [1],
        experiments: [
            part("the recipe, one network"),
            part("without walkers", "walkers=0"),
            part(
                "without walkers, pretrained on walk7 and style15", "walkers=0", "pretraining_epochs=5",
                pretrain: "walk7", "style15"),
            part("pretrained on walk7 and style15", "pretraining_epochs=5", pretrain: "walk7", "style15"),
            part("the skeleton as it is given", "network.skeleton=given"),
            part("no other sources seen in training", "options.augmentation.source=0"),
            part(
                "bones and places as they are", "options.augmentation.rig=0", "options.augmentation.offset=0"),
            part("smoothed as much as it is noisy", "network.denoising=adaptive", "network.smoothing=0"),
            part("positions and velocities", "network.input=positions_and_velocities"),
            part("posture and speeds alone", "options.affective_features=\(numbers(0...16))"),
            part("features in the world", "options.affective_origin=world"),
            part("reference pose", "network.normalisation=reference_pose"),
            part("kernel 5", "network.kernel=5"),
            part("kernel 15", "network.kernel=15"),
            part("dropout 0.2", "options.dropout=0.2"),
        ])

    private static let styleParts = ExperimentQuestion(
        title: "Fifteen styles: accuracy against robustness", seeds: [1],
        experiments: [
            part("clean gaits only", "options.augmentation.source=0", on: "style15"),
            part(
                "clean gaits only, all features", "options.augmentation.source=0",
                "options.affective_features=\(numbers(0...28))", on: "style15"),
            part("one network, one gait in two through another source", on: "style15"),
            part(
                "one network, one gait in seven through another source", "options.augmentation.source=0.15",
                on: "style15"),
        ])

    /// One network, with changes to the recipe.
    private static func part(
        _ name: String, _ settings: String..., on dataset: String = "emotion4", pretrain sets: String...
    ) -> Experiment {
        let options = ["--members 1"] + settings.map { "--set \($0)" } + sets.map { "--pretrain \($0)" }
        return Experiment(name, dataset, options.joined(separator: " "))
    }

    private static func numbers(_ range: ClosedRange<Int>) -> String {
        "[\(range.map(String.init).joined(separator: ","))]"
    }
}
