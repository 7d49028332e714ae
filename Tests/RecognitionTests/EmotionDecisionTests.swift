import Gait
import Testing

@testable import Recognition

@Suite("Emotion decision")
struct EmotionDecisionTests {
    private let labels: EmotionLabels
    private let window: GaitWindow

    init() throws {
        labels = try #require(EmotionLabels(names: ["sad", "neutral", "happy", "angry"]))
        let gait = try Gait(coordinates: [Float](repeating: 0, count: 75 * 48))
        window = GaitWindow(gait: gait, start: 10, end: 12.4667, coverage: 0.9)
    }

    @Test("the emotion is the most probable label at any place in the model")
    func ok() {
        let decision = EmotionDecision(
            probabilities: [0.1, 0.1, 0.7, 0.1], window: window, minimumConfidence: 0.5)
        #expect(decision.state == .ok && decision.label == 2 && decision.confidence == 0.7)
        #expect(labels.emotion(of: decision) == .happy)
        let probabilities = decision.probabilities ?? []
        #expect(labels.named(probabilities) == ["sad": 0.1, "neutral": 0.1, "happy": 0.7, "angry": 0.1])
        let valence = 0.1 * Emotion.sad.valence + 0.7 * Emotion.happy.valence + 0.1 * Emotion.angry.valence
        #expect(abs(labels.circumplex(probabilities).valence - valence) < 1e-6)
        #expect(decision.window?.coverage == 0.9 && decision.window?.end == 12.4667)
    }

    @Test("below the smallest confidence there are probabilities but no emotion")
    func uncertain() {
        let decision = EmotionDecision(
            probabilities: [0.1, 0.3, 0.4, 0.2], window: window, minimumConfidence: 0.5)
        #expect(decision.state == .uncertain && decision.confidence == 0.4)
        #expect(labels.emotion(of: decision) == nil)
    }

    @Test("without probabilities nothing is made up")
    func withoutProbabilities() {
        for (prediction, state) in [
            (EmotionPrediction.insufficientData(.gaps), EmotionState.insufficientData),
            (.notWalking(window, .backward), .notWalking),
        ] {
            let decision = EmotionDecision(without: prediction)
            #expect(decision.state == state && decision.label == nil && decision.confidence == nil)
            #expect(
                decision.reason != nil && decision.probabilities == nil
                    && labels.emotion(of: decision) == nil)
        }
    }

    @Test(
        "a model with other labels than the emotions is refused",
        arguments: [
            ["angry", "happy", "neutral"], ["angry", "happy", "neutral", "proud"],
            ["sad", "sad", "happy", "angry"],
        ])
    func otherLabels(names: [String]) {
        #expect(EmotionLabels(names: names) == nil)
    }
}
