import Foundation
import Gait
import GaitModels
import GaitNode
import Messaging
import Recognition

/// What gaitd derives from the stream: windows of 2.5 s, and whether people walk in them.
struct GaitCheck {
    /// Seconds between two windows of a person.
    private static let interval = 0.5

    private var recognizer: Recognizer
    private let source: Int
    private let walkDetector = WalkDetector()
    private var walking = 0
    private var coverages: [Double] = []
    // Reused from message to message.
    private var bodies: [SourceBody] = []
    private var events: [RecognitionEvent] = []
    private var due: [Recognizer.DueWindow] = []
    private var decisions: [EmotionDecision] = []
    private let classifier: EmotionClassifier?
    /// The emotions that gaitd would publish of the stream, by state; nil without a model.
    private(set) var states: EmotionStateCounts?

    /// - Parameter classifier: Reads the emotions; nil only takes the windows.
    init(classifier: EmotionClassifier? = nil) {
        self.classifier = classifier
        var settings = Recognizer.Settings(cadence: .consecutive(interval: GaitCheck.interval))
        if let confidence = classifier?.minimumConfidence { settings.minimumConfidence = Double(confidence) }
        recognizer = Recognizer(settings)
        if classifier != nil { states = EmotionStateCounts() }
        source = recognizer.addSource(robot: "robot", camera: nil)
    }

    /// Takes in a message that gaitd accepts.
    mutating func take(_ message: SkeletonMessage, arrival: Arrival) {
        message.write(to: &bodies)
        events.removeAll(keepingCapacity: true)
        recognizer.removeAbsent(at: arrival.monotonic, events: &events)
        recognizer.take(
            bodies, from: source, origin: message.origin, stamp: message.stamp,
            arrival: arrival.monotonic, wallClock: arrival.wallClock, events: &events)
        recognizer.nextWindows(limit: .max, into: &due)
        for window in due.lazy.compactMap(\.window) {
            coverages.append(Double(window.coverage))
            if walkDetector.isWalking(window.gait) { walking += 1 }
        }
        guard let classifier else { return }
        recognizer.decide(due, into: &decisions) { classifier.classify($0).map(\.probabilities) }
        for decision in decisions { states?.count(decision.state) }
    }

    /// - Parameter longEnough: People who were seen for 3 s under one id.
    func finding(longEnough: Int) -> Finding {
        guard !coverages.isEmpty else {
            return longEnough > 0
                ? .wrong(
                    "gait",
                    "\(longEnough) people were there for 3 s, but gaitd gets no whole gait of anybody",
                    advice: "correct the faults above; every joint must be seen in most of 2.5 s")
                : .note(
                    "gait", "no person was in view for 3 s under one id",
                    advice: "walk in front of the robot, and listen for longer (--seconds)")
        }
        let text = String(
            format: "%d windows of 2.5 s, %.0f %% covered", coverages.count,
            Sample.median(coverages) * 100)
        return walking > 0
            ? .good("gait", "\(text); people walk in \(walking * 100 / coverages.count) % of them")
            : .note(
                "gait", "\(text); no person walks",
                advice: "walk in front of the robot: gaitd reads walks only")
    }
}
