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

    @OptionGroup var poseModels: PoseModelOptions

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
        guard (1...120).contains(fps), (1...100_000).contains(calls), (0...3600).contains(seconds) else {
            throw ValidationError("--fps is 1 to 120, --calls 1 to 100000, --seconds 0 to 3600.")
        }
    }

    func run() throws {
        // The matrices of a few people's windows are not worth other threads, and the figure is one thread's.
        BLAS.useThreads(1)
        try output.emit(try measure())
    }

    private func measure() throws -> CameraReport {
        let networks = try poseModels.networks()
        let classifier = try EmotionClassifier(contentsOf: model)
        let progress = ProgressReporter()
        defer { progress.finish() }
        let measurement = CameraMeasurement(networks: networks, classifier: classifier, progress: progress)
        let sources: [(FrameSource, rate: Double)]
        if let frames {
            sources = [(try FrameSource(folder: frames), fps)]
        } else {
            progress.report("camera: mannequins are rendered")
            sources = [
                (try FrameSource(people: 1, width: 1280, height: 720), 30),
                (try FrameSource(people: 2, width: 1280, height: 720), 30),
                (try FrameSource(people: 2, width: 1920, height: 1080), 15),
            ]
        }
        let single = try measurement.single(sources[0].0, rate: sources[0].rate, calls: calls)
        let live = seconds == 0 ? [] : sources.suffix(2)
        return CameraReport(
            single: single,
            live: try live.map { try measurement.live($0.0, rate: $0.rate, seconds: seconds) },
            residentMegabytes: ProcessUsage.largestResidentMegabytes(of: getpid()))
    }
}

/// What `gaitctl benchmark camera` prints.
struct CameraReport: Encodable {
    /// One thread, as fast as it goes; milliseconds per frame, all that a frame costs.
    struct Single: Encodable {
        let width: Int
        let height: Int
        let frames: Int
        let median: Double
        let p95: Double
        let mean: Double
        /// Of that, on average.
        let decoding: Double
        /// People found in a frame, on average.
        let people: Double
        let emotions: Int

        enum CodingKeys: String, CodingKey {
            case width, height, frames, people, emotions
            case median = "median_ms"
            case p95 = "p95_ms"
            case mean = "mean_ms"
            case decoding = "decoding_mean_ms"
        }
    }

    /// One camera at its own pace.
    struct Live: Encodable {
        let width: Int
        let height: Int
        let fps: Double
        let frames: Int
        /// Frames that gave way to newer ones.
        let dropped: Int
        /// From a frame's moment to its joints, milliseconds.
        let median: Double
        let p95: Double
        /// The share of a core that the thread took.
        let load: Double
        let people: Double
        let emotions: Int

        enum CodingKeys: String, CodingKey {
            case width, height, fps, frames, dropped, load, people, emotions
            case median = "median_ms"
            case p95 = "p95_ms"
        }
    }

    let single: Single
    let live: [Live]
    /// The process's largest resident set, MB of 10^6 bytes, the frames that it shows among it.
    let residentMegabytes: Double

    enum CodingKeys: String, CodingKey {
        case single, live
        case residentMegabytes = "rss_mb"
    }
}
