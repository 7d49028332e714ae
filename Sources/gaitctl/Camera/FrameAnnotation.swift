import GaitModels
import Perception
import Simulation

/// Follows the people in a camera's frames, predicts their emotions as gaitd does, and draws both.
final class FrameAnnotation {
    /// One of the people.
    struct Person {
        /// The frames in which they were found.
        fileprivate(set) var frames = 0
        let firstFrame: Int
        fileprivate(set) var lastFrame: Int
        fileprivate(set) var reading = WalkReading()
    }

    /// By number.
    private(set) var people: [Int: Person] = [:]

    private let watcher: CameraWatcher
    private let classifier: EmotionClassifier
    private let decoder = JPEGDecoder()
    private let encoder = JPEGEncoder(quality: 90)
    private var picture = CameraImage()

    init(_ networks: PoseNetworks, classifier: EmotionClassifier) {
        watcher = CameraWatcher(networks)
        self.classifier = classifier
    }

    /// The next frame with drawings of everyone in it, a JPEG.
    ///
    /// - Parameters:
    ///   - frame: its number, for each person's first and last frame.
    ///   - seconds: the camera's time.
    /// - Throws: `PerceptionError.frame` for an unusable frame.
    func annotate(_ jpeg: [UInt8], frame: Int, seconds: Double) throws(PerceptionError) -> [UInt8] {
        let bodies = try watcher.look(at: jpeg, seconds: seconds)
        try decoder.decode(jpeg.span, into: &picture)
        let drawings = bodies.map { body in
            var person = people[body.number] ?? Person(firstFrame: frame, lastFrame: frame)
            person.frames += 1
            person.lastFrame = frame
            person.reading.take(body.pose, at: seconds, with: classifier)
            people[body.number] = person
            return BodyDrawing(body: body, text: Self.text(body.number, person.reading.state))
        }
        var raster = FigureRaster(width: picture.width, height: picture.height)
        raster.begin(background: picture.pixels)
        for drawing in drawings { drawing.draw(on: &raster) }
        picture.fill(width: raster.width, height: raster.height, scale: 1) { pixels in
            _ = pixels.update(fromContentsOf: raster.pixels)
        }
        return try encoder.encode(picture)
    }

    private static func text(_ number: Int, _ state: WalkReading.State) -> String {
        switch state {
        case .insufficientData: "\(number)"
        case .notWalking: "\(number) not walking"
        case .uncertain: "\(number) uncertain"
        case .ok(let emotion, let confidence): "\(number) \(emotion) \(Int((100 * confidence).rounded())) %"
        }
    }
}
