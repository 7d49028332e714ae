import Foundation
import Testing

@testable import Recognition

struct DueTimesTests {
    @Test("people seen first together are spread over the interval", arguments: [4, 20, 64])
    func spread(people: Int) {
        var times = DueTimes(interval: 0.5)
        let phases = (0..<people).map { _ in times.nextPhase() }
        let first = phases.map { times.first(after: 1000, phase: $0) }.sorted()
        #expect(first.allSatisfy { (1000..<1000.5).contains($0) })
        let gaps = zip(first, first.dropFirst()).map { $1 - $0 }
        // The three-gap theorem: golden-ratio phases leave no gap above phi^2 / n.
        #expect((gaps.max() ?? 1) < 0.5 * 2.62 / Double(people))
    }

    @Test("no frame of a thirty-frames source has to carry more than its share")
    func batches() {
        var times = DueTimes(interval: 0.5)
        var due = (0..<20).map { _ in times.nextPhase() }.map {
            (phase: $0, time: times.first(after: 0, phase: $0))
        }
        var largest = 0
        for frame in 0..<300 {
            let now = Double(frame) / 30
            var batch = 0
            for person in due.indices where due[person].time <= now {
                batch += 1
                due[person].time = times.next(after: now, phase: due[person].phase)
            }
            largest = max(largest, batch)
        }
        #expect(largest <= 3)
    }

    @Test("a person stays on the grid, and is never due again within half an interval")
    func grid() {
        let times = DueTimes(interval: 0.5)
        #expect(abs(times.next(after: 10.13, phase: 0.1) - 10.6) < 1e-9)
        #expect(abs(times.next(after: 10.59, phase: 0.1) - 11.1) < 1e-9)
    }
}

@Suite("Probability smoothing")
struct ProbabilitySmoothingTests {
    @Test("the first result is taken as it is")
    func first() {
        var smoothing = ProbabilitySmoothing()
        smoothing.add([0.1, 0.9], at: 100, timeConstant: 1.5)
        #expect(smoothing.probabilities == [0.1, 0.9])
    }

    @Test("an old result weighs 1/e after the time constant, and the sum stays one")
    func weight() {
        var smoothing = ProbabilitySmoothing()
        smoothing.add([1, 0], at: 10, timeConstant: 2)
        smoothing.add([0, 1], at: 12, timeConstant: 2)
        #expect(abs(smoothing.probabilities[0] - Float(exp(-1.0))) < 1e-6)
        #expect(abs(smoothing.probabilities.reduce(0, +) - 1) < 1e-6)
    }

    @Test("a time constant of zero keeps only the newest, and so does a reset")
    func none() {
        var smoothing = ProbabilitySmoothing()
        smoothing.add([1, 0], at: 10, timeConstant: 0)
        smoothing.add([0, 1], at: 10, timeConstant: 0)
        #expect(smoothing.probabilities == [0, 1])
        smoothing.reset()
        smoothing.add([0.5, 0.5], at: 10, timeConstant: 2)
        #expect(smoothing.probabilities == [0.5, 0.5])
    }
}
