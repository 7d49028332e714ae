import Gait
import GaitModels
import Storage
import TestSupport
import Testing

@testable import gaitctl

struct RetrainingDataTests {
    private let walks: StoredWalks

    init() throws { walks = try StoredWalks() }

    private func data(known: [String], least: Int = 10) throws -> RetrainingData {
        RetrainingData(try GaitStore(path: walks.store).gaits(), known: known, least: least)
    }

    @Test("no subject is on both sides, and what is held out is not among the numbers that are trained on")
    func sides() throws {
        try walks.fill(perEmotion: 12)
        try walks.fill(perEmotion: 2, seed: 900, isSynthetic: true)
        let data = try data(known: Emotion.allCases.map(\.rawValue))
        #expect(data.training.count == 32 && data.heldOut.count == 16 && data.synthetic.count == 8)
        #expect(Set(data.training.map(\.group)).isDisjoint(with: data.heldOut.map(\.group)))
        #expect(
            data.ids.count == 40 && Set(data.ids).isDisjoint(with: data.heldOut.compactMap { Int64($0.key) }))
        #expect(data.leftOut.isEmpty)
    }

    @Test("a new label is a class once there are gaits enough to judge it by, and is left out before")
    func newLabels() throws {
        try walks.fill(perEmotion: 12) { emotion, _ in emotion == .sad ? "weary" : emotion.rawValue }
        let known = ["happy", "angry", "neutral", "sad"]
        let few = try data(known: known)
        #expect(few.labels == known && few.leftOut == ["weary": 12] && few.training.count == 24)
        let enough = try data(known: known, least: 4)
        #expect(enough.labels == known + ["weary"] && enough.leftOut.isEmpty)
        #expect(enough.training.contains { $0.label == 4 } && !enough.training.contains { $0.label == 3 })
        #expect(throws: CommandFailure.self) { try enough.checkTraining(least: 2) }
        #expect(throws: Never.self) { try data(known: ["angry", "happy"]).checkTraining(least: 2) }
    }
}
