import Gait
import Testing

@testable import GaitModels

struct CalibrationTests {
    /// Outcomes of a model that says `confidence` and is right as often as `accuracy`.
    private func outcomes(confidence: Float, accuracy: Double, count: Int = 400) -> [ClassificationMetrics
        .Outcome]
    {
        (0..<count).map { index in
            let isRight = Double(index) < accuracy * Double(count)
            return .init(label: isRight ? 0 : 1 + index % 2, probabilities: spread(confidence))
        }
    }

    private func spread(_ confidence: Float) -> [Float] {
        [confidence, (1 - confidence) / 2, (1 - confidence) / 2]
    }

    private func error(_ outcomes: [ClassificationMetrics.Outcome]) -> Double {
        ClassificationMetrics(outcomes, classes: 3).expectedCalibrationError
    }

    @Test("a timid model is sharpened, a boastful one softened", arguments: [(Float(0.6), 0.9), (0.97, 0.7)])
    func temperature(confidence: Float, accuracy: Double) {
        let before = outcomes(confidence: confidence, accuracy: accuracy)
        let calibration = Calibration(fitting: before)
        #expect((calibration.temperature < 1) == (accuracy > Double(confidence)))
        #expect(error(before.map(calibration.apply)) < 0.03)
        #expect(error(before) > 0.2)
    }

    @Test("no temperature changes the order of the classes, and the sum stays 1")
    func order() {
        for temperature in [Float(0.3), 1, 4] {
            let sharpened = Calibration.sharpened([0.5, 0.3, 0.2], temperature: temperature)
            #expect(sharpened[0] > sharpened[1] && sharpened[1] > sharpened[2])
            #expect(abs(sharpened.reduce(0, +) - 1) < 1e-6)
        }
        #expect(Calibration.sharpened([0, 1, 0], temperature: 0.25) == [0, 1, 0])
    }

    @Test("the threshold is the lowest confidence from which nine in ten are right")
    func threshold() {
        // All sure ones are right, half of the unsure ones.
        let mixed =
            outcomes(confidence: 0.9, accuracy: 1, count: 90)
            + outcomes(confidence: 0.5, accuracy: 0.5, count: 40)
        let calibration = Calibration(fitting: mixed)
        let sure = Calibration.sharpened(spread(0.9), temperature: calibration.temperature)[0]
        let unsure = Calibration.sharpened(spread(0.5), temperature: calibration.temperature)[0]
        #expect(calibration.threshold > unsure && calibration.threshold <= sure)
        // 110 of 130 are not nine in ten; with fewer unsure ones all pass.
        let better = Calibration(
            fitting: outcomes(confidence: 0.9, accuracy: 1, count: 90)
                + outcomes(confidence: 0.5, accuracy: 0.5, count: 16))
        #expect(better.threshold <= Calibration.sharpened(spread(0.5), temperature: better.temperature)[0])
    }

    @Test("without outcomes nothing is changed, and nothing is held back")
    func empty() {
        let calibration = Calibration(fitting: [])
        #expect(calibration.temperature == 1 && calibration.threshold == 0)
    }
}
