import Testing

@testable import NeuralNetwork

@Suite("LearningRateSchedule")
struct LearningRateScheduleTests {
    @Test(
        "the step schedule drops tenfold at 50, 75 and 87.5 %",
        arguments: [(0, 1), (0.4999, 1), (0.5, 0.1), (0.7499, 0.1), (0.75, 0.01), (0.875, 0.001), (1, 0.001)])
    func step(progress: Double, rate: Float) {
        #expect(abs(LearningRateSchedule.step.rate(at: progress, peak: 2) / (2 * rate) - 1) < 1e-5)
    }

    @Test(
        "one cycle rises over the first tenth and ends at a thousandth",
        arguments: [(0, 0.04), (0.05, 0.52), (0.1, 1), (0.55, 0.5005), (1, 0.001), (1.5, 0.001)])
    func oneCycle(progress: Double, rate: Float) {
        #expect(abs(LearningRateSchedule.oneCycle.rate(at: progress, peak: 2) / (2 * rate) - 1) < 1e-4)
    }

    @Test("one cycle rises, then falls", arguments: [0.1])
    func monotonous(peak: Double) {
        let rates = (0...100).map { LearningRateSchedule.oneCycle.rate(at: Double($0) / 100, peak: 1) }
        for (index, pair) in zip(rates, rates.dropFirst()).enumerated() {
            #expect(Double(index) / 100 < peak - 1e-9 ? pair.0 < pair.1 : pair.0 > pair.1)
        }
    }
}
