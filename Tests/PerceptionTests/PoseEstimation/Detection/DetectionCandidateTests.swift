import Testing

@testable import Perception

@Suite("What an anchor says")
struct DetectionCandidateTests {
    private let values: [Float] = [22.4, -22.4, 44.8, 67.2, 0, 112, 0, -112, 1, 1, 1, 1]

    @Test("is measured from the anchor, in pixels of the input")
    func decoded() throws {
        let candidate = try #require(
            DetectionCandidate(logit: 0, values: values, anchor: [0.5, 0.5], minimumScore: 0.5))
        #expect(candidate.score == 0.5)
        for (value, expected) in zip(0..<4, [0.5, 0.25, 0.7, 0.55] as [Float]) {
            #expect(abs(candidate.box[value] - expected) < 1e-6)
        }
        #expect(candidate.points == [0.5, 1, 0.5, 0])
    }

    @Test("does not count below the score, or where it is not finite")
    func refused() {
        let anchor = SIMD2<Float>(0.5, 0.5)
        #expect(DetectionCandidate(logit: -0.1, values: values, anchor: anchor, minimumScore: 0.5) == nil)
        #expect(DetectionCandidate(logit: .nan, values: values, anchor: anchor, minimumScore: 0.5) == nil)
        var broken = values
        broken[5] = .infinity
        #expect(DetectionCandidate(logit: 9, values: broken, anchor: anchor, minimumScore: 0.5) == nil)
    }

    @Test("has one of 2254 anchors, in the middles of cells")
    func anchors() {
        let points = DetectorAnchors.points
        #expect(points.count == DetectorAnchors.count)
        #expect(points[0] == [0.5 / 28, 0.5 / 28] && points[0] == points[1])
        #expect(points[2] == [1.5 / 28, 0.5 / 28])
        #expect(points[1568] == [0.5 / 14, 0.5 / 14])
        #expect(points[2253] == [6.5 / 7, 6.5 / 7])
    }
}
