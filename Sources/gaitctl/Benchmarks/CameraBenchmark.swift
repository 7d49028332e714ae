import ArgumentParser
import Foundation
import GaitModels
import NeuralNetwork
import Perception

/// `gaitctl benchmark camera`: from a camera's JPEGs to people's joints and emotions.
struct CameraBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "camera",
        abstract: "Time the processing of camera frames: from JPEGs to 3D joints and emotions.",
        discussion: """
            First as fast as one thread goes (1280x720, one person), then at the pace of cameras, each frame shown to one \
            thread that takes the newest: 1280x720 with two people at 30 frames a second, and 1920x1080 with two at 15. \
            What comes while the thread is at work is dropped and counted. Emotions are read twice a second of everybody \
            who walks, by the same thread. People are rendered mannequins; with --frames a folder's JPEGs are shown \
            instead, forwards and backwards.

            Examples:
              gaitctl benchmark camera --json
              gaitctl benchmark camera --frames recordings/corridor --fps 30 --models pose
            """)

    @Option(help: ArgumentHelp("A folder of JPEGs, shown in the order of their names.", valueName: "folder"))
    var frames: String?

    @OptionGroup var models: CameraModelOptions

    @Option(
        help: ArgumentHelp("The emotion model's file.", valueName: "file"))
    var model = "config/models/step-default.safetensors"

    @Option(help: "Frames per second of --frames.")
    var fps = 30.0

    @Option(help: "Number of frames to time at the full speed of one thread.")
    var calls = 300

    @Option(help: "How long each camera is shown.")
    var seconds = 10.0

    @OptionGroup var output: OutputOptions

    func validate() throws {
        try checkRange("--fps", fps, 1...120)
        try checkRange("--calls", calls, 1...100_000)
        try checkRange("--seconds", seconds, 0...3600)
    }

    func run() throws {
        // The matrices of a few people's windows are not worth other threads, and the figure is one thread's.
        BLAS.useThreads(1)
        let networks = try models.networks()
        let classifier = try EmotionClassifier(contentsOf: model)
        let progress = ProgressReporter()
        defer { progress.finish() }
        let measurement = CameraMeasurement(networks: networks, classifier: classifier, progress: progress)
        let sources: [FrameSource]
        if let frames {
            sources = [try FrameSource(folder: frames, rate: fps)]
        } else {
            progress.report("camera: mannequins are rendered")
            sources = [
                try FrameSource(people: 1, width: 1280, height: 720, rate: 30),
                try FrameSource(people: 2, width: 1280, height: 720, rate: 30),
                try FrameSource(people: 2, width: 1920, height: 1080, rate: 15),
            ]
        }
        let single = try measurement.single(sources[0], calls: calls)
        let live = seconds == 0 ? [] : sources.suffix(2)
        let report = CameraReport(
            single: single, live: try live.map { try measurement.live($0, seconds: seconds) },
            rssMb: ProcessUsage.largestResidentMegabytes(of: getpid()))
        progress.finish()
        try output.emit(report)
    }
}

/// What `gaitctl benchmark camera` prints.
struct CameraReport: Encodable {
    /// Frames that one thread processed: as fast as it goes, or at a camera's own pace.
    struct Frames: Encodable {
        let width: Int
        let height: Int
        /// The camera's pace; nil for as fast as it goes, like the other values of a camera.
        var fps: Double?
        let frames: Int
        /// Frames that gave way to newer ones.
        var dropped: Int?
        /// All that a frame costs or, of a camera, from a frame's moment to its joints.
        let medianMs: Double
        let p95Ms: Double
        var meanMs: Double?
        /// Of that, on average.
        var decodingMeanMs: Double?
        /// The share of a core that the thread took.
        var load: Double?
        /// People found in a frame, on average.
        let people: Double
        let emotions: Int
    }

    let single: Frames
    let live: [Frames]
    /// The process's largest resident set, MB of 10^6 bytes, the frames that it shows among it.
    let rssMb: Double
}
