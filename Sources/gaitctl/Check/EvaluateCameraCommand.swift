import ArgumentParser
import Foundation
import Gait
import GaitModels
import NeuralNetwork
import Simulation

/// `gaitctl evaluate camera`: whether emotions survive the way through a camera.
struct EvaluateCameraCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "camera",
        abstract: "Compare emotions recognized through a camera with those from the true skeletons.",
        discussion: """
            Simulated people are filmed as figures, found and followed in the JPEGs, and lifted to skeletons as gaitd \
            does it. One classifier reads the same two and a half seconds twice: from the person's true skeleton, and \
            from the camera's. Said are the share of windows of which it says the same, Cohen's kappa, which leaves out \
            the agreement by chance, and each affective feature from both. People walk as the emotions say, in turn, \
            and are seen from eight sides, from 2 to 6 metres away.

            Examples:
              gaitctl evaluate camera --people 32 --json
              gaitctl evaluate camera --people 64 --passing --models pose --model emotion.safetensors
            """)

    @Option(help: ArgumentHelp("The model file.", valueName: "file"))
    var model = "config/models/step-default.safetensors"

    @OptionGroup var poseModels: PoseModelOptions

    @Option(help: "The number of people.")
    var people = 32

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "View of all people, instead of eight sides in turn: 0 from the front, 90 from their left.",
            valueName: "degrees"))
    var side: Float?

    @Option(help: "The number of standing people, who must not be taken for walkers.")
    var standing = 8

    @Option(help: "How long each person is filmed.")
    var seconds = 5.2

    @Option(help: "Frames per second.")
    var fps = 30.0

    @Option(help: ArgumentHelp("The frames' width.", valueName: "pixels"))
    var width = 1280

    @Option(help: ArgumentHelp("The frames' height.", valueName: "pixels"))
    var height = 720

    @Flag(help: "People walk past. Default: they stay in front of the camera, as if the robot moved along.")
    var passing = false

    @Option(help: "Seed for the people and the camera.")
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "Write the windows to a new folder, as two data sets, skeleton and camera, labeled as people walked.",
            valueName: "folder"))
    var out: String?

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard (1...10_000).contains(people) else {
            throw ValidationError("--people is 1 to 10000, not \(people).")
        }
        guard (0...10_000).contains(standing) else {
            throw ValidationError("--standing is 0 to 10000, not \(standing).")
        }
        if let side {
            guard (-360...360).contains(side) else {
                throw ValidationError("--side is -360 to 360, not \(side).")
            }
        }
        guard (2.6...60).contains(seconds) else {
            throw ValidationError("--seconds is 2.6 to 60, not \(seconds): a window is 2.5.")
        }
        guard (5...120).contains(fps) else { throw ValidationError("--fps is 5 to 120, not \(fps).") }
        guard (64...4096).contains(width), (64...2304).contains(height) else {
            throw ValidationError("--width is 64 to 4096, --height 64 to 2304.")
        }
    }

    func run() throws {
        BLAS.useThreads(1)
        let classifier = try EmotionClassifier(contentsOf: model)
        if let out { try FrameFolder.make(out) }
        let networks = try poseModels.networks()
        var evaluation = CameraEvaluation(classifier)
        var random = SeededGenerator(seed: seed)
        let progress = ProgressReporter()
        let everybody = people + standing
        for person in 0..<everybody {
            try Interruption.check()
            progress.report("evaluate camera: person \(person + 1) of \(everybody)")
            let scene = scene(person, distance: random.uniform(2.5...6))
            evaluation.take(
                try FilmedWindows(scene, seconds: seconds, rate: fps, networks: networks), of: scene)
        }
        progress.finish()
        if let out { try evaluation.write(to: out) }
        try output.emit(evaluation.report)
    }

    /// How one person is filmed.
    private func scene(_ person: Int, distance: Float) -> CameraScene.Options {
        let emotions = Emotion.allCases
        let isStanding = person >= people
        // People who walk come in fours, one of each emotion, from one side; people who stand are seen from all sides.
        let place = isStanding ? person - people : person / emotions.count
        var scene = CameraScene.Options(
            robots: 1, people: 1, emotions: [emotions[person % emotions.count]], distance: distance,
            side: side ?? Float(place % 8) * 45, passing: passing ? seconds / 2 : nil,
            isStanding: isStanding, seed: seed &* 1_000_003 &+ UInt64(person))
        (scene.camera.width, scene.camera.height) = (width, height)
        return scene
    }
}
