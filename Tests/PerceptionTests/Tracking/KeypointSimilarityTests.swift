import Testing

@testable import Perception

@Suite("The similarity of two bodies' keypoints")
struct KeypointSimilarityTests {
    private let body = DrawnBody(place: SIMD2(300, 400))

    @Test("is 1 of a body and itself, wherever it has moved")
    func same() {
        #expect(body.landmarks.similarity(to: body.landmarks) == 1)
        let moved = DrawnBody(place: SIMD2(280, 410))
        #expect(abs(body.landmarks.similarity(to: moved.landmarks, movedBy: SIMD2(20, -10)) - 1) < 1e-5)
    }

    @Test("falls with the distance in shares of the body's size")
    func distance() {
        let similarities = [Float(0), 5, 10, 20, 40, 80].map { offset in
            body.landmarks.similarity(to: DrawnBody(place: SIMD2(300 + offset, 400)).landmarks)
        }
        #expect(zip(similarities, similarities.dropFirst()).allSatisfy { $0 > $1 })
        #expect(similarities[1] > 0.8 && similarities[5] < 0.05)
        let large = DrawnBody(place: SIMD2(300, 400), height: 400).landmarks
        let similarity = large.similarity(to: DrawnBody(place: SIMD2(320, 400), height: 400).landmarks)
        #expect(abs(similarity - similarities[2]) < 1e-5)
    }
}
