import Testing

@testable import Perception

@Suite("Whether landmarks can be a person's")
struct BodyPlausibilityTests {
    @Test("depends on how far the body is from upright")
    func tilt() {
        for (turn, isUpright) in [(Float(0), true), (0.7, true), (-0.7, true), (0.9, false), (3.1, false)] {
            #expect(DrawnBody(place: SIMD2(300, 400), turn: turn).landmarks.isUprightBody == isUpright)
        }
    }

    @Test("needs a torso that is seen, and not a point")
    func torso() {
        var landmarks = DrawnBody(place: SIMD2(300, 400)).landmarks
        landmarks.visibility[23] = 0.3
        #expect(!landmarks.isUprightBody)
        landmarks.visibility[23] = 1
        landmarks.nextRegion.side *= 4
        #expect(!landmarks.isUprightBody)
    }
}
