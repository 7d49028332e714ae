import Testing

@testable import Gait

struct EmotionTests {
    @Test("each emotion lies in its quadrant of the circumplex")
    func quadrants() {
        #expect(Emotion.happy.valence > 0 && Emotion.happy.arousal > 0)
        #expect(Emotion.angry.valence < 0 && Emotion.angry.arousal > 0)
        #expect(Emotion.sad.valence < 0 && Emotion.sad.arousal < 0)
        #expect(Emotion.neutral.valence == 0 && Emotion.neutral.arousal == 0)
        #expect(Emotion.allCases.map(\.rawValue) == ["angry", "happy", "neutral", "sad"])
    }
}
