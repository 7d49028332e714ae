import Foundation
import Testing

@testable import GaitModels

@Suite("Verdict")
struct VerdictTests {
    @Test("a verdict is the same after it was written and read, and its figures have names")
    func written() throws {
        var verdict = Verdict(isAccepted: false, reason: "worse", heldOut: ["sad": 11], seed: .max)
        #expect(verdict.figures == ["held_out_sad": 11])
        (verdict.gain, verdict.gainLowerBound, verdict.recallDrops) = (0.25, -0.5, ["sad": 0.125])
        let data = try JSONEncoder().encode(verdict)
        #expect(try JSONDecoder().decode(Verdict.self, from: data) == verdict)
        let object = try #require(JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(object["accepted"] as? Bool == false && object["gain_lower_bound"] as? Double == -0.5)
        #expect(verdict.figures["recall_drop_sad"] == 0.125 && verdict.figures["balanced_accuracy"] == nil)
    }
}
