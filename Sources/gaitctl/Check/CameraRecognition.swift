import Gait
import GaitModels
import GaitNode
import Messaging
import Perception
import Recognition

/// One camera's people and their emotions, found and read as gaitd does it.
final class CameraRecognition {
    /// What was read of one person.
    struct Emotions {
        /// The newest decision; nil before the first.
        fileprivate(set) var decision: EmotionDecision?
        /// How often each emotion was read.
        fileprivate(set) var votes: [String: Int] = [:]
        /// All readings by state.
        fileprivate(set) var states = EmotionStateCounts()

        /// The emotion that was read most often; of equals the later one in the alphabet; nil if none was.
        var emotion: String? { votes.max { ($0.value, $0.key) < ($1.value, $1.key) }?.key }
    }

    /// By the camera's number of the person.
    private(set) var emotions: [Int: Emotions] = [:]
    /// What decoding took in all, seconds.
    private(set) var decodingSeconds = 0.0
    /// Bodies in all frames.
    private(set) var bodyCount = 0
    /// Windows that went through the emotion model.
    private(set) var classified = 0

    /// The people who were due in the last frame.
    private(set) var due: [Recognizer.DueWindow] = []

    private let classifier: EmotionClassifier?
    private let camera: CameraPipeline
    private let lift: Lift
    private let decoder = JPEGDecoder()
    private var image = CameraImage()
    private var recognizer: Recognizer
    private let source: Int
    /// The camera's number of each of the recognizer's people.
    private var numbers: [Int: Int] = [:]
    private var events: [RecognitionEvent] = []
    private var decisions: [EmotionDecision] = []

    /// - Parameter classifier: Reads the emotions; nil only takes the windows.
    init(
        _ networks: CameraNetworks, classifier: EmotionClassifier? = nil,
        cadence: Cadence = .spread(interval: 0.5)
    ) {
        camera = CameraPipeline(detector: networks.pose.detector, landmarker: networks.pose.landmarker)
        (self.classifier, lift) = (classifier, networks.lift)
        recognizer = Recognizer(
            Recognizer.Settings(
                cadence: cadence,
                minimumConfidence: classifier?.minimumConfidence.map(Double.init)
                    ?? EmotionDecision.defaultMinimumConfidence))
        source = recognizer.addSource(robot: "camera", camera: nil)
    }

    /// Forgets the counts, not the people.
    func resetCounts() { (decodingSeconds, bodyCount, classified) = (0, 0, 0) }

    /// The camera's number of a person who was due; nil if the camera has none any more.
    func number(of window: Recognizer.DueWindow) -> Int? { numbers[window.person] }

    /// Finds the people in the camera's next frame, and reads the emotions that are due.
    ///
    /// - Parameter seconds: The camera's time.
    /// - Returns: The people in the frame; none if the time does not move on.
    /// - Throws: `PerceptionError.frame` for a frame that cannot be used.
    @discardableResult
    func process(_ jpeg: [UInt8], seconds: Double) throws(PerceptionError) -> [TrackedBody] {
        let found = try camera.process(
            jpeg, stamp: seconds, arrival: seconds, wallClock: seconds, by: decoder, into: &image
        ).found
        guard let found else {
            due = []
            return []
        }
        decodingSeconds += camera.tracker.decodingSeconds
        bodyCount += found.bodies.count
        read(found, at: seconds)
        return found.bodies
    }

    private func read(_ found: CameraPipeline.Found, at seconds: Double) {
        events.removeAll(keepingCapacity: true)
        recognizer.removeAbsent(at: seconds, events: &events)
        var bodies = found.sourceBodies
        recognizer.takeAdmitted(
            &bodies, from: source, time: found.time, arrival: seconds,
            beginsAgain: found.beginsAgain, events: &events)
        for case .kept(let body, let person, _) in events { numbers[person] = found.bodies[body].number }
        recognizer.nextWindows(limit: .max, into: &due)
        recognizer.decide(&due, into: &decisions, lift: lift) { gaits in
            classified += gaits.count
            // Without a classifier only whether people walk is asked, not how.
            return classifier?.classify(gaits).map(\.probabilities) ?? gaits.map { _ in [1] }
        }
        guard let classifier else { return }
        for (person, decision) in zip(due, decisions) {
            guard let number = number(of: person) else { continue }
            emotions[number, default: Emotions()].decision = decision
            emotions[number]?.states.count(decision.state)
            guard decision.state == .ok, let label = decision.label else { continue }
            emotions[number]?.votes[classifier.card.labels[label], default: 0] += 1
        }
    }
}
