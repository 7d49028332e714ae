/// What is measured, in the order in which one would want to know it.
enum ExperimentPlan {
    static let questions: [ExperimentQuestion] = [
        ExperimentQuestion(
            title: "Four emotions: what reads recordings that were not trained on", seeds: [1, 2, 3],
            experiments: [
                Experiment("linear SVM, features in the world", "emotion4", "--method svm"),
                Experiment(
                    "linear SVM, features from the root", "emotion4", "--method svm --affective-origin root"),
                Experiment("the recipe: recordings and walkers", "emotion4", "--members 3"),
                Experiment("one network", "emotion4", "--members 1"),
                Experiment("without walkers", "emotion4", "--members 1 --walkers 0"),
                Experiment("thirty walkers of each emotion", "emotion4", "--members 1 --walkers 30"),
                Experiment(
                    "without walkers, pretrained on walk7 and style15", "emotion4",
                    "--members 1 --walkers 0 --pretrain @walk7 --pretrain @style15 --pretrain-epochs 8"),
                Experiment("the skeleton as it is given", "emotion4", "--members 1 --skeleton given"),
                Experiment("no other sources seen in training", "emotion4", "--members 1 --source 0"),
                Experiment("bones as they are", "emotion4", "--members 1 --rig 0 --offset 0"),
                Experiment(
                    "positions and velocities", "emotion4", "--members 1 --input positions_and_velocities"),
                Experiment("kernel 5", "emotion4", "--members 1 --kernel 5"),
                Experiment("kernel 15", "emotion4", "--members 1 --kernel 15"),
                Experiment("features in the world", "emotion4", "--members 1 --affective-origin world"),
                Experiment("reference pose", "emotion4", "--members 1 --normalisation reference_pose"),
            ]),
        ExperimentQuestion(
            title: "Four emotions: a whole source held out", seeds: [1],
            experiments: [
                Experiment("the recipe", "emotion4", "--members 1 --folds 2 --group rig"),
                Experiment("without walkers", "emotion4", "--members 1 --folds 2 --group rig --walkers 0"),
            ]),
        ExperimentQuestion(
            title: "Fifteen styles of one source: accuracy against robustness", seeds: [1],
            experiments: [
                Experiment("linear SVM", "style15", "--method svm"),
                Experiment("the recipe", "style15"),
                Experiment("one network", "style15", "--members 1"),
                Experiment(
                    "no other sources seen, not smoothed", "style15",
                    "--members 1 --source 0 --smoothing 0 --affective-smoothing 0"),
                Experiment(
                    "more of other sources, more smoothing, limbs", "style15",
                    "--members 1 --source 0.5 --noise 0.02 --smoothing 4 --skeleton limbs"),
            ]),
    ]
}
