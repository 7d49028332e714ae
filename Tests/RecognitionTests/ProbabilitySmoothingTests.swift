import Foundation
import Testing

@testable import Recognition

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
