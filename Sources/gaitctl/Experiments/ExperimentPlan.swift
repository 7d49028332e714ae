/// What is measured, in the order in which one would want to know it.
enum ExperimentPlan {
    static let questions: [ExperimentQuestion] = [emotions, styles, sources, emotionParts, styleParts]

    private static let emotions = ExperimentQuestion(
        title: "Four emotions, recordings held out", seeds: [1, 2, 3],
        experiments: [
            Experiment("linear SVM, features in the world", "emotion4", "--method svm"),
            Experiment(
                "linear SVM, features from the root", "emotion4", "--method svm --affective-origin root"),
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
            Experiment("the recipe, one network", "emotion4", "--members 1 --folds 2 --group rig"),
            Experiment("without walkers", "emotion4", "--members 1 --folds 2 --group rig --walkers 0"),
        ])

    private static let emotionParts = ExperimentQuestion(
        title: "Four emotions: what the recipe, with one network, owes to its parts", seeds: [1],
        experiments: [
            Experiment("the recipe, one network", "emotion4", "--members 1"),
            Experiment("without walkers", "emotion4", "--members 1 --walkers 0"),
            Experiment(
                "without walkers, pretrained on walk7 and style15", "emotion4",
                "--members 1 --walkers 0 --pretrain @walk7 --pretrain @style15 --pretrain-epochs 5"),
            Experiment(
                "pretrained on walk7 and style15", "emotion4",
                "--members 1 --pretrain @walk7 --pretrain @style15 --pretrain-epochs 5"),
            Experiment("the skeleton as it is given", "emotion4", "--members 1 --skeleton given"),
            Experiment("no other sources seen in training", "emotion4", "--members 1 --source 0"),
            Experiment("bones and places as they are", "emotion4", "--members 1 --rig 0 --offset 0"),
            Experiment(
                "smoothed as much as it is noisy", "emotion4",
                "--members 1 --denoising adaptive --smoothing 0"),
            Experiment(
                "positions and velocities", "emotion4", "--members 1 --input positions_and_velocities"),
            Experiment("posture and speeds alone", "emotion4", "--members 1 --features \(posture)"),
            Experiment("features in the world", "emotion4", "--members 1 --affective-origin world"),
            Experiment("reference pose", "emotion4", "--members 1 --normalisation reference_pose"),
            Experiment("kernel 5", "emotion4", "--members 1 --kernel 5"),
            Experiment("kernel 15", "emotion4", "--members 1 --kernel 15"),
            Experiment("dropout 0.2", "emotion4", "--members 1 --dropout 0.2"),
        ])

    private static let styleParts = ExperimentQuestion(
        title: "Fifteen styles: accuracy against robustness", seeds: [1],
        experiments: [
            Experiment("clean gaits only", "style15", "--members 1 --source 0"),
            Experiment(
                "clean gaits only, all features", "style15", "--members 1 --source 0 --features \(all)"),
            Experiment("one network, one gait in two through another source", "style15", "--members 1"),
            Experiment(
                "one network, one gait in seven through another source", "style15",
                "--members 1 --source 0.15"),
        ])

    /// Volume, angles, distances, areas and speeds.
    private static let posture = numbers(0...16)
    private static let all = numbers(0...28)

    private static func numbers(_ range: ClosedRange<Int>) -> String {
        range.map(String.init).joined(separator: " ")
    }
}
