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
    private var walking = 0
    /// Windows, or bodies without one, that gaitd does not read because the source is wrong.
    private var unread: [UnreadReason: Int] = [:]
    private var coverages: [Double] = []
    // Reused from message to message.
    private var bodies: [SourceBody] = []
    private var events: [RecognitionEvent] = []
    private var due: [Recognizer.DueWindow] = []
    private var decisions: [EmotionDecision] = []
    private let classifier: EmotionClassifier?
    private let lift: Lift?
    /// Windows of pictures that were not lifted.
    private var unlifted = 0
    /// The emotions that gaitd would publish of the stream, by state; nil without a model.
    private(set) var states: EmotionStateCounts?

    /// - Parameters:
    ///   - classifier: Reads the emotions; nil only takes the windows.
    ///   - lift: Lifts people in pictures; nil only takes their windows.
    init(classifier: EmotionClassifier? = nil, lift: Lift? = nil) {
        (self.classifier, self.lift) = (classifier, lift)
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
            &bodies, from: source, origin: message.origin, stamp: message.stamp,
            arrival: arrival.monotonic, wallClock: arrival.wallClock, events: &events)
        for case .dropped(.looksLikeImage) in events { unread[.looksLikeImage, default: 0] += 1 }
        recognizer.nextWindows(limit: .max, into: &due)
        coverages += due.lazy.compactMap { $0.window?.coverage ?? $0.imageWindow?.coverage }.map {
            Double($0)
        }
        if lift == nil { unlifted += due.count { $0.imageWindow != nil } }
        recognizer.decide(
            &due, into: &decisions, lift: { [lift] windows in lift?(windows) ?? [] },
            classify: { [classifier] gaits in
                // Without a model only whether people walk is asked, not how.
                classifier?.classify(gaits).map(\.probabilities) ?? gaits.map { _ in [1] }
            })
        for decision in decisions {
            if decision.state == .ok || decision.state == .uncertain { walking += 1 }
            if let reason = decision.reason { unread[reason, default: 0] += 1 }
            states?.count(decision.state)
        }
    }

    /// What is wrong with the coordinates; none if nothing is.
    ///
    /// - Parameter isBodyExplained: Whether another check tells why bodies are implausible.
    func coordinates(isBodyExplained: Bool) -> [Finding] {
        let faults = unread.filter { reason, _ in
            reason.advice != nil && !(isBodyExplained && reason == .implausible)
        }
        guard let (reason, times) = faults.max(by: { $0.value < $1.value }), let advice = reason.advice else {
            return []
        }
        let what = reason == .looksLikeImage ? "bodies" : "windows of 2.5 s"
        return [.wrong("coordinates", "\(times) \(what) are \(reason.rawValue)", advice: advice)]
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
        if unlifted == coverages.count {
            return .note(
                "gait", "\(text); they were not lifted, so nobody is read here",
                advice: "give the lifter's file with --lifter")
        }
        return walking > 0
            ? .good("gait", "\(text); people walk in \(walking * 100 / coverages.count) % of them")
            : .note(
                "gait", "\(text); no person walks",
                advice: "walk in front of the robot: gaitd reads walks only")
    }
}
