import ArgumentParser
import Datasets
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
            and are seen from eight sides, 2.5 to 6 meters away: every second one by a camera that moves along, the others \
            by one that is fixed while they walk past, up to it or away from it, no nearer than 2 meters. With --dataset the \
            figures move as people in recordings do that the lifter was not trained on; the classifier may have been.

            Examples:
              gaitctl evaluate camera --people 64 --json
              gaitctl evaluate camera --people 64 --dataset walks --dataset emotion4 --json
              gaitctl evaluate camera --camera fixed --side 0 --models pose --model emotion.safetensors
            """)

    @Option(help: ArgumentHelp("The model file.", valueName: "file"))
    var model = "config/models/step-default.safetensors"

    @OptionGroup var models: CameraModelOptions

    @Option(help: "The number of people.")
    var people = 64

    @Option(
        help: ArgumentHelp(
            "A data set's folder: its walks instead of simulated ones; may be given more than once. Those that the lifter was trained on are left out.",
            valueName: "folder"))
    var dataset: [String] = []

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "View of all people, instead of eight sides in turn: 0 from the front, 90 from their left.",
            valueName: "degrees"))
    var side: Float?

    @Option(help: "The number of standing people, who must not be taken for walkers.")
    var standing = 8

    @Option(help: "How long each person is filmed; of recordings their middle.")
    var seconds = 5.2

    @Option(help: "Frames per second.")
    var fps = 30.0

    @Option(help: ArgumentHelp("The frames' width.", valueName: "pixels"))
    var width = 1280

    @Option(help: ArgumentHelp("The frames' height.", valueName: "pixels"))
    var height = 720

    /// How cameras watch people who walk.
    enum CameraMotion: String, CaseIterable, ExpressibleByArgument {
        case both, moving, fixed
    }

    @Option(help: "Whether cameras move along with the people: both kinds, only moving or only fixed ones.")
    var camera = CameraMotion.both

    @Option(help: "Seed for the people and the camera.")
    var seed: UInt64 = 1

    @Option(
        help: ArgumentHelp(
            "Write the windows to a new folder, as two data sets, skeleton and camera, labeled as people walked.",
            valueName: "folder"))
    var out: String?

    @OptionGroup var output: OutputOptions

    /// How near people who walk past come to the camera, meters, and how fast most of them walk, meters a second.
    private static let (nearest, usualSpeed): (Float, Float) = (2, 1.3)
    /// The fewest frames of a recording: a window and what the detector needs to find the person.
    private static let leastFrames = 80

    func validate() throws {
        try checkRange("--people", people, 1...10_000)
        try checkRange("--standing", standing, 0...10_000)
        if let side { try checkRange("--side", side, -360...360) }
        guard (2.6...60).contains(seconds) else {
            throw ValidationError("--seconds is 2.6 to 60, not \(seconds): a window is 2.5.")
        }
        try checkRange("--fps", fps, 5...120)
        try checkRange("--width", width, 64...4096)
        try checkRange("--height", height, 64...2304)
    }

    func run() throws {
        BLAS.useThreads(1)
        let classifier = try EmotionClassifier(contentsOf: model)
        if let out { _ = try FrameFolder(out) }
        let networks = try models.networks()
        let recordings = try recordings()
        var everybody: [(scene: CameraScene.Options, filmed: FilmedPerson)] = []
        var random = SeededGenerator(seed: seed)
        let progress = ProgressReporter()
        let walking = recordings.map { min($0.count, people) } ?? people
        for person in 0..<walking + standing {
            try Interruption.check()
            progress.report("evaluate camera: person \(person + 1) of \(walking + standing)")
            let recording = person < walking ? recordings?[person] : nil
            let seconds = recording.map { Double($0.gait.frames) / Double(Gait.frameRate) } ?? seconds
            let way = recording.map { Self.way(of: $0.gait) } ?? Self.usualSpeed * Float(seconds)
            let scene = scene(
                person, of: walking, distance: random.uniform(2.5...6), way: way, seconds: seconds)
            let filmed = try FilmedPerson(
                scene, recording: recording, seconds: seconds, rate: fps, networks: networks)
            everybody.append((scene, filmed))
        }
        progress.finish()
        try output.emit(CameraEvaluation(of: everybody.map(\.filmed), by: classifier))
        guard let out else { return }
        let labels = classifier.card.labels
        try GaitDataset(everybody, labels: labels, source: \.skeleton).write(to: "\(out)/skeleton")
        try GaitDataset(everybody, labels: labels, source: \.camera).write(to: "\(out)/camera")
    }

    /// Recorded walks that the lifter was not trained on, in an order drawn at random; nil for simulated people.
    private func recordings() throws -> [(gait: Gait, label: String)]? {
        guard !dataset.isEmpty else { return nil }
        let heldOut = try models.lifting.path.flatMap {
            try Lifter(contentsOf: URL(filePath: $0)).description.lifter?.heldOut
        }
        let found = try dataset.flatMap { folder in
            let data = try DatasetReader.dataset(in: folder)
            return data.gaits.filter {
                $0.gait.frames >= Self.leastFrames && heldOut?.contains($0.sourceFile) != false
                    && $0.gait.windows().contains(where: WalkDetector().isWalking)
            }.map { (gait: middle(of: $0.gait), label: data.labelNames[$0.label]) }
        }
        guard !found.isEmpty else {
            throw CommandFailure.failure(
                "these data sets have no walk of \(Self.leastFrames) frames that the lifter was not trained on"
            )
        }
        var generator = SeededGenerator(seed: seed)
        return found.shuffled(using: &generator)
    }

    /// The frames of a recording that are filmed.
    private func middle(of gait: Gait) -> Gait {
        let frames = min(gait.frames, Int(seconds * Double(Gait.frameRate)))
        return gait.slice(start: (gait.frames - frames) / 2, frames: frames)
    }

    /// From a walk's beginning to its end over the ground, meters.
    private static func way(of gait: Gait) -> Float {
        let way = gait.position(frame: gait.frames - 1, joint: .root) - gait.position(frame: 0, joint: .root)
        return (way * SIMD3(1, 0, 1)).length
    }

    /// How one person is filmed.
    ///
    /// - Parameter way: how far the person walks, meters.
    private func scene(
        _ person: Int, of people: Int, distance: Float, way: Float, seconds: Double
    ) -> CameraScene.Options {
        let emotions = Emotion.allCases
        let isStanding = person >= people
        // Simulated people who walk come in fours, one of each emotion, from one side, recorded ones in twos; every second
        // one is seen by a fixed camera. People who stand are seen from all sides.
        let place = isStanding ? person - people : person / (dataset.isEmpty ? emotions.count : 2)
        let isSecond = !(person + place + place / 8).isMultiple(of: 2)
        let isPassed = !isStanding && (camera == .fixed || camera == .both && isSecond)
        var scene = CameraScene.Options(
            robots: 1, people: 1, emotions: [emotions[person % emotions.count]],
            seed: seed &* 1_000_003 &+ UInt64(person))
        (scene.distance, scene.side) = (distance, side ?? Float(place % 8) * 45)
        (scene.passing, scene.isStanding) = (isPassed ? seconds / 2 : nil, isStanding)
        if isPassed {
            // Nobody walks through the camera.
            let toward = way / 2 * abs(cos(scene.side * .pi / 180))
            scene.distance = max(distance, Self.nearest + toward)
        }
        (scene.camera.width, scene.camera.height) = (width, height)
        return scene
    }
}
