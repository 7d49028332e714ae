import ArgumentParser
import Foundation
import Gait
import GaitModels
import Messaging
import NeuralNetwork
import Perception
import Recognition
import Simulation

/// `gaitctl annotate`: draws on a camera's frames what gaitd sees in them.
struct AnnotateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "annotate",
        abstract: "Draw boxes, skeletons, ids and emotions on a camera's frames.",
        discussion: """
            Frames are JPEG files of one camera in the order given; a folder's files are taken by name. The command \
            finds and follows people and predicts their emotions as gaitd does, and writes each frame to the new folder \
            under its own name: boxes with the person's id and the perceived emotion, left limbs orange, right limbs \
            blue, hidden ones faint. At the right of the picture the lifted skeletons of up to four people are seen from \
            above, with the camera below, and from the side, with the camera at the left, half a second later than in the \
            picture. An emotion takes two and a half seconds of walking. Frames that gaitd would reject \
            are named, counted and left out.

            Examples:
              gaitctl annotate frames --out annotated
              gaitctl annotate walk/*.jpg --out annotated --fps 15 --models pose --json
            """)

    @Argument(help: ArgumentHelp("JPEG files, or folders of them.", valueName: "frames"))
    var frames: [String]

    @Option(help: ArgumentHelp("The new folder of the annotated frames.", valueName: "folder"))
    var out: String

    @OptionGroup var models: CameraModelOptions

    @Option(help: ArgumentHelp("The emotion model's file.", valueName: "file"))
    var model = "config/models/step-default.safetensors"

    @Option(help: "The frames' rate, per second.")
    var fps = 30.0

    @OptionGroup var output: OutputOptions

    func validate() throws {
        guard !frames.isEmpty else { throw ValidationError("Name the frames, or a folder of them.") }
        guard (1...240).contains(fps) else { throw ValidationError("--fps is 1 to 240, not \(fps).") }
    }

    func run() throws {
        BLAS.useThreads(1)
        let files = try FrameFiles(frames)
        if let name = files.sharedName {
            throw CommandFailure.failure(
                "two of the frames are called \(name); annotate them one folder at a time")
        }
        let classifier = try EmotionClassifier(contentsOf: model)
        let annotation = FrameAnnotation(try models.networks(), classifier: classifier)
        let folder = try FrameFolder(out)
        var rejected: [String: Int] = [:]
        var written = 0
        let progress = ProgressReporter()
        for (index, url) in files.urls.enumerated() {
            try Interruption.check()
            progress.report("annotate: frame \(index + 1) of \(files.urls.count)")
            let bytes = try FrameFiles.bytes(of: url)
            do {
                let jpeg = try annotation.annotate(bytes, frame: index, seconds: Double(index) / fps)
                try folder.write(jpeg, as: url.lastPathComponent)
                written += 1
            } catch PerceptionError.frame(let fault, _, _) {
                progress.note("annotate: \(url.path) \(fault.meaning)")
                rejected[fault.rawValue, default: 0] += 1
            }
        }
        progress.finish()
        guard written > 0 else {
            throw CommandFailure.failure(
                "no frame of \(files.urls.count) could be read: \(TextFormat.counts(rejected))")
        }
        let people = annotation.people.values.sorted { $0.id < $1.id }
        try output.emit(Report(out: out, frames: written, rejected: rejected, people: people))
    }

    /// What the command prints.
    private struct Report: Encodable {
        let out: String
        /// The number of annotated frames.
        let frames: Int
        /// The number of the other frames, by reason.
        let rejected: [String: Int]
        let people: [FrameAnnotation.Person]
    }
}

/// Follows the people in a camera's frames, predicts their emotions as gaitd does, and draws both.
final class FrameAnnotation {
    /// One of the people.
    struct Person: Encodable {
        let id: Int
        /// The number of frames that show the person, and the indices of the first and the last.
        fileprivate(set) var frames = 0
        let firstFrame: Int
        fileprivate(set) var lastFrame: Int
        /// The most frequent prediction; null if there is none.
        @ExplicitNull fileprivate(set) var emotion: String? = nil
        /// The number of predictions of each emotion.
        fileprivate(set) var readings: [String: Int] = [:]
        /// All predictions by their state; only `ok` ones name an emotion.
        fileprivate(set) var states = EmotionStateCounts()

        enum CodingKeys: String, CodingKey {
            case id, frames, emotion, readings, states
            case firstFrame = "first_frame"
            case lastFrame = "last_frame"
        }
    }

    /// By number.
    private(set) var people: [Int: Person] = [:]

    private let recognition: CameraRecognition
    private let labels: [String]
    private let decoder = JPEGDecoder()
    private let encoder = JPEGEncoder(quality: 90)
    private var picture = CameraImage()
    private var lifted: [Int: LiftedDrawing.Person] = [:]
    private var drawing = LiftedDrawing(besidePictureOf: 0, 0)

    init(_ networks: CameraNetworks, classifier: EmotionClassifier) {
        recognition = CameraRecognition(networks, classifier: classifier)
        labels = classifier.card.labels
    }

    /// The next frame with drawings of everyone in it, a JPEG.
    ///
    /// - Parameters:
    ///   - frame: its number, for each person's first and last frame.
    ///   - seconds: the camera's time.
    /// - Throws: `PerceptionError.frame` for an unusable frame.
    func annotate(_ jpeg: [UInt8], frame: Int, seconds: Double) throws(PerceptionError) -> [UInt8] {
        let bodies = try recognition.process(jpeg, seconds: seconds)
        try decoder.decode(jpeg.span, into: &picture)
        var raster = FigureRaster(width: picture.width, height: picture.height)
        raster.begin(background: picture.pixels)
        for body in bodies {
            let number = body.number
            let emotions = recognition.emotions[number]
            var person = people[number] ?? Person(id: number, firstFrame: frame, lastFrame: frame)
            person.frames += 1
            person.lastFrame = frame
            person.emotion = emotions?.emotion
            person.readings = emotions?.votes ?? [:]
            person.states = emotions?.states ?? EmotionStateCounts()
            people[number] = person
            BodyDrawing.draw(body, text: text(number, emotions?.decision), on: &raster)
        }
        let drawn = drawLifted(bodies, beside: raster.pixels, at: seconds)
        return try encoder.encode(drawn.pixels, width: drawn.width, height: drawn.height)
    }

    /// The picture beside the lifted skeletons of the people in it.
    private func drawLifted(
        _ bodies: [TrackedBody], beside pixels: [UInt8], at seconds: Double
    ) -> FigureRaster {
        for window in recognition.due {
            guard let number = recognition.number(of: window), let gait = window.window?.gait else {
                continue
            }
            lifted[number] = LiftedDrawing.Person(number: number, gait: gait, end: window.time)
        }
        let numbers = Set(bodies.map(\.number))
        lifted = lifted.filter { numbers.contains($0.key) }
        let people = lifted.values.sorted { $0.number < $1.number }
        if !drawing.fits(picture.width, picture.height) {
            drawing = LiftedDrawing(besidePictureOf: picture.width, picture.height)
        }
        return drawing.draw(people, beside: pixels, at: seconds)
    }

    private func text(_ number: Int, _ decision: EmotionDecision?) -> String {
        guard let decision, let label = decision.label, let confidence = decision.confidence else {
            return decision?.state == .notWalking ? "\(number) not walking" : "\(number)"
        }
        guard decision.state == .ok else { return "\(number) uncertain" }
        return "\(number) \(labels[label]) \(Int((100 * confidence).rounded())) %"
    }
}
