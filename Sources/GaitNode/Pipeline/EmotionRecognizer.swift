import Gait
import GaitModels
import Messaging

/// Reads the emotions of the people of one batch. Belongs to the pipeline's thread.
struct EmotionRecognizer {
    /// Seconds by which the newest pose may be older than the newest frame, in which the person had no
    /// joints.
    private static let oldestPose = 0.3

    private let model: ServedModel
    private let walking = WalkDetector()
    private var gaits: [Gait] = []
    private var walkers: [Int] = []

    init(model: ServedModel) {
        self.model = model
    }

    /// One reading for each person, in the same order.
    ///
    /// - Parameters:
    ///   - people: Those who are due.
    ///   - record: Takes the batch's duration.
    mutating func read(_ people: [DueQueue.Entry], record: inout HealthRecord) -> [EmotionPrediction] {
        gaits.removeAll(keepingCapacity: true)
        walkers.removeAll(keepingCapacity: true)
        var readings: [EmotionPrediction] = []
        readings.reserveCapacity(people.count)
        for person in people.lazy.map(\.person) {
            guard let window = person.buffer.window(), person.stamp - window.end <= Self.oldestPose else {
                readings.append(.insufficientData)
                continue
            }
            if walking.isWalking(window.gait) {
                walkers.append(readings.count)
                gaits.append(window.gait)
            }
            // Those who walk get their probabilities below.
            readings.append(.notWalking(window))
        }
        guard !gaits.isEmpty else { return readings }
        let start = Arrival.monotonicSeconds()
        let classifications =
            model.second?.classify(gaits, with: model.classifier) ?? model.classifier.classify(gaits)
        record.countBatch(windows: gaits.count, seconds: Arrival.monotonicSeconds() - start)
        for (index, classification) in zip(walkers, classifications) {
            guard let window = readings[index].window else { continue }
            readings[index] = .probabilities(classification.probabilities, window)
        }
        return readings
    }

    /// How many joints are named.
    private static let explainedJoints = 3

    /// The joints that counted most for what was decided from a reading: none where it has no probabilities, nil
    /// where nothing is explained.
    ///
    /// - Parameter label: The index of the most probable label after smoothing; nil where there is none.
    func explanation(of reading: EmotionPrediction, label: Int?) -> [EmotionMessage.JointShare]? {
        guard let explainer = model.explainer else { return nil }
        guard let label, case .probabilities(_, let window) = reading else { return [] }
        return explainer.explain(window.gait, label: label).ranking.prefix(Self.explainedJoints)
            .filter { $0.share > 0 }
            .map { EmotionMessage.JointShare(joint: $0.joint.name, share: $0.share) }
    }
}
