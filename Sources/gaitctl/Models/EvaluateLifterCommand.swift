import ArgumentParser
import Foundation
import GaitModels
import NeuralNetwork

/// `gaitctl evaluate lifter`: how well a lifter draws recorded people whom it never saw.
struct EvaluateLifterCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lifter",
        abstract: "Evaluate a lifter on recordings that it was not trained on, seen by simulated cameras.",
        discussion: """
            Every window of 75 frames that shows a walk is seen from ahead, obliquely, from the side and from behind, by a \
            camera that stands and by one that moves, with the errors of an ordinary pose estimator and of a bad one. \
            A classifier reads the lifted skeleton and the true one; kappa is how well the two labels agree.

            The errors of the estimators in --estimators are imitated as well.

            With --calibrate the landmark network in --models is measured instead, on rendered figures: how far from its \
            place it sees each joint, how much of its motion, and what is left, in lengths of the torso, from five \
            directions. The table is what --estimators reads.

            Another estimator, say one of COCO's 17 keypoints, is measured in three steps: --write-frames writes the \
            figures' pictures, the estimator finds the keypoints in them, and --keypoints reads these: lines of JSON, each a \
            skeleton message of origin "image", as the robot would publish it, and "frame", the picture's path in the \
            folder. --people and --seed must be the same in both.

            Examples:
              gaitctl evaluate lifter --dataset walks --dataset emotion4 --json
              gaitctl evaluate lifter --calibrate --people 64 --json > estimator-blazepose-lite.json
              gaitctl evaluate lifter --calibrate --write-frames figures
              gaitctl evaluate lifter --calibrate --keypoints found.jsonl --name mine --json > estimator-mine.json
            """)

    @Option(help: ArgumentHelp("The lifter's model file.", valueName: "file"))
    var weights = "config/models/lifter-default.safetensors"

    @Option(help: ArgumentHelp("The classifier's model file.", valueName: "file"))
    var classifier = "config/models/step-default.safetensors"

    @Option(
        help: ArgumentHelp(
            "A data set's folder; may be given more than once. Recordings that the lifter was trained on are left out.",
            valueName: "folder"))
    var dataset: [String] = []

    @OptionGroup var estimators: EstimatorOptions

    @Option(help: "The seed of cameras and noise.")
    var seed: UInt64 = 1

    @Flag(help: "Measure the landmark network's systematic errors.")
    var calibrate = false

    @Option(help: "The number of figures, with --calibrate.")
    var people = 32

    @Option(
        help: ArgumentHelp(
            "With --calibrate: write the figures' pictures into a new folder, and measure nothing.",
            valueName: "folder"))
    var writeFrames: String?

    @Option(
        help: ArgumentHelp(
            "With --calibrate: measure the estimator that found these keypoints in the pictures.",
            valueName: "file"))
    var keypoints: String?

    @Option(help: "With --keypoints: the estimator's name in the table.")
    var name: String?

    @OptionGroup var poseModels: PoseModelOptions

    @Option(help: "Number of threads.")
    var threads = ProcessInfo.processInfo.activeProcessorCount

    @OptionGroup var output: OutputOptions

    func validate() throws {
        try require(
            calibrate ? dataset.isEmpty : !dataset.isEmpty && !dataset.contains(""),
            "Give --dataset FOLDER, or --calibrate without one.")
        try require(
            calibrate || writeFrames == nil && keypoints == nil,
            "--write-frames and --keypoints go with --calibrate.")
        try require(
            writeFrames == nil || keypoints == nil, "Give either --write-frames or --keypoints.")
        try require(
            (keypoints == nil) == (name == nil) && name != "",
            "--keypoints FILE and --name NAME go together.")
        try checkRange("--people", people, 1...1000)
        try checkRange("--threads", threads, 1...64)
    }

    func run() throws {
        try Interruption.check()
        BLAS.useThreads(1)
        if calibrate { return try runCalibration() }
        let lifter = try Lifter(contentsOf: URL(fileURLWithPath: weights))
        let classifier = try EmotionClassifier(contentsOf: classifier)
        let gaits = try TrainingData.recordings(in: dataset, group: "source_file")
        let evaluation = try LifterEvaluation(
            of: lifter, by: classifier, gaits,
            datasets: dataset.map { URL(fileURLWithPath: $0).lastPathComponent },
            estimators: estimators.tables(), seed: seed, threads: threads,
            isCancelled: { Interruption.isRequested })
        try output.emit(evaluation)
    }

    private func runCalibration() throws {
        let run = KeypointCalibrationRun(people: people, seed: seed)
        if let writeFrames { return try run.write(to: writeFrames) }
        if let keypoints, let name {
            return try output.emit(run.errors(of: name, keypoints: FoundKeypoints(contentsOf: keypoints)))
        }
        try output.emit(run.errors(of: poseModels.estimator, networks: poseModels.networks()))
    }
}
