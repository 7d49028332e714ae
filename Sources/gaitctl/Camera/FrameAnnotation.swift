import Gait
import GaitModels
import Perception
import Recognition
import Simulation

/// Follows the people in a camera's frames, predicts their emotions as gaitd does, and draws both.
final class FrameAnnotation {
    /// One of the people.
    struct Person {
        /// The frames in which they were found.
        fileprivate(set) var frames = 0
        let firstFrame: Int
        fileprivate(set) var lastFrame: Int
        fileprivate(set) var emotions = CameraRecognition.Emotions()
    }

    /// By number.
    private(set) var people: [Int: Person] = [:]

    private let recognition: CameraRecognition
    private let labels: [String]
    private let decoder = JPEGDecoder()
    private let encoder = JPEGEncoder(quality: 90)
    private var picture = CameraImage()

    init(_ networks: PoseNetworks, classifier: EmotionClassifier) {
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
        let drawings = bodies.map { body in
            var person = people[body.number] ?? Person(firstFrame: frame, lastFrame: frame)
            person.frames += 1
            person.lastFrame = frame
            person.emotions = recognition.emotions[body.number] ?? CameraRecognition.Emotions()
            people[body.number] = person
            return BodyDrawing(body: body, text: text(body.number, person.emotions.decision))
        }
        var raster = FigureRaster(width: picture.width, height: picture.height)
        raster.begin(background: picture.pixels)
        for drawing in drawings { drawing.draw(on: &raster) }
        picture.fill(width: raster.width, height: raster.height, scale: 1) { pixels in
            _ = pixels.update(fromContentsOf: raster.pixels)
        }
        return try encoder.encode(picture)
    }

    private func text(_ number: Int, _ decision: EmotionDecision?) -> String {
        guard let decision, let label = decision.label, let confidence = decision.confidence else {
            return decision?.state == .notWalking ? "\(number) not walking" : "\(number)"
        }
        guard decision.state == .ok else { return "\(number) uncertain" }
        return "\(number) \(labels[label]) \(Int((100 * confidence).rounded())) %"
    }
}
