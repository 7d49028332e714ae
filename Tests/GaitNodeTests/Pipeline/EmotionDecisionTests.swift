import Gait
import Messaging
import Testing

@testable import GaitNode

struct EmotionDecisionTests {
    private let labels: EmotionLabels
    private let window: GaitWindow

    init() throws {
        labels = try EmotionLabels(names: ["sad", "neutral", "happy", "angry"], path: "model")
        let gait = try Gait(coordinates: [Float](repeating: 0, count: 75 * 48))
        window = GaitWindow(gait: gait, start: 10, end: 12.4667, coverage: 0.9)
    }

    private func decide(_ reading: EmotionPrediction, minimum: Double = 0.5) -> EmotionDecision {
        var smoothing = ProbabilitySmoothing()
        let configuration = NodeConfiguration.Pipeline(
            classifyEvery: 0.5, minimumConfidence: minimum, smoothing: 0, maximumPeople: 1, personTimeout: 3,
            explain: false)
        return EmotionDecision(reading, smoothing: &smoothing, labels: labels, configuration: configuration)
    }

    @Test("the most probable label, whatever its place in the model, is the emotion")
    func ok() {
        let decision = decide(.probabilities([0.1, 0.1, 0.7, 0.1], window))
        #expect(decision.state == .ok && decision.emotion == .happy && decision.confidence == 0.7)
        #expect(decision.probabilities == ["sad": 0.1, "neutral": 0.1, "happy": 0.7, "angry": 0.1])
        let valence = 0.1 * Emotion.sad.valence + 0.7 * Emotion.happy.valence + 0.1 * Emotion.angry.valence
        #expect(abs((decision.valence ?? 0) - valence) < 1e-6)
        #expect(decision.window?.coverage == 0.9 && decision.window?.end == 12.4667)
    }

    @Test("below the smallest confidence there are probabilities but no emotion")
    func uncertain() {
        let decision = decide(.probabilities([0.1, 0.3, 0.4, 0.2], window))
        #expect(decision.state == .uncertain && decision.emotion == nil && decision.confidence == 0.4)
    }

    @Test("without a reading nothing is made up")
    func withoutReading() {
        for (reading, state) in [
            (EmotionPrediction.insufficientData, EmotionMessage.State.insufficientData),
            (.notWalking(window), .notWalking),
        ] {
            let decision = decide(reading)
            #expect(decision.state == state && decision.emotion == nil && decision.confidence == nil)
            #expect(decision.probabilities == nil && decision.valence == nil && decision.arousal == nil)
        }
    }

    @Test(
        "a model with other labels than the emotions is refused",
        arguments: [
            ["angry", "happy", "neutral"], ["angry", "happy", "neutral", "proud"],
            ["sad", "sad", "happy", "angry"],
        ])
    func otherLabels(names: [String]) {
        #expect(throws: GaitNodeError.self) { try EmotionLabels(names: names, path: "model") }
    }
}
