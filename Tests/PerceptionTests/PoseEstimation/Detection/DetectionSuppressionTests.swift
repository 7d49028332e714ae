import Testing

@testable import Perception

@Suite("Detections of one person")
struct DetectionSuppressionTests {
    private func candidate(_ score: Float, _ x: Float, size: Float = 0.2) -> DetectionCandidate {
        DetectionCandidate(score: score, box: [x, 0.1, x + size, 0.1 + size], points: [x, 0.5, x, 0.2])
    }

    @Test("are one, their mean weighted by their scores, with the best score")
    func weighted() {
        var suppression = DetectionSuppression()
        for candidate in [candidate(0.6, 0.12), candidate(0.9, 0.1), candidate(0.7, 0.7)] {
            suppression.add(candidate)
        }
        let people = suppression.people()
        #expect(people.map(\.score) == [0.9, 0.7])
        let expected: Float = (0.9 * 0.1 + 0.6 * 0.12) / 1.5
        #expect(abs(people[0].box.x - expected) < 1e-6 && abs(people[0].points.z - expected) < 1e-6)
        #expect(abs(people[1].box.x - 0.7) < 1e-6)
    }

    @Test("are forgotten with a reset; empty boxes are people of their own")
    func reset() {
        var suppression = DetectionSuppression()
        suppression.add(candidate(0.9, 0.1))
        #expect(suppression.people().count == 1)
        suppression.reset()
        #expect(suppression.people().isEmpty)
        suppression.add(candidate(0.8, 0.1, size: 0))
        suppression.add(candidate(0.7, 0.1, size: 0))
        #expect(suppression.people().map(\.score) == [0.8, 0.7])
    }

    @Test("overlap by what they share")
    func overlap() {
        #expect(candidate(1, 0).overlap(with: candidate(1, 0.3)) == 0)
        #expect(abs(candidate(1, 0).overlap(with: candidate(1, 0.1)) - 1 / 3) < 1e-5)
        #expect(candidate(1, 0, size: 0).overlap(with: candidate(1, 0, size: 0)) == 0)
    }
}
