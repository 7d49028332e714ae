import Gait
import Testing

@testable import GaitModels

struct EvaluationTests {
    @Test("every window of 75 frames is classified, the remainder dropped, short gaits once")
    func windows() throws {
        let classifier = try EmotionClassifier(TestModel.svm())
        let gaits = [74, 75, 149, 150, 400, 2].enumerated().map {
            TestWalk.gait(armSwing: Float($0) / 8, frames: $1, seed: UInt64($0))
        }
        let labels = [0, 1, 0, 1, 0, 1]
        let result = Evaluation.run(classifier, gaits: gaits, labels: labels)
        #expect(result.gaits == [0, 1, 2, 3, 3, 4, 4, 4, 4, 4, 5])
        #expect(result.outcomes.map(\.label) == result.gaits.map { labels[$0] })
        let second = classifier.classify([gaits[3].slice(start: 75, frames: 75)])[0]
        #expect(result.outcomes[4].probabilities == second.probabilities)
    }

    @Test("more windows than a batch come in order, and cancelling keeps what is done")
    func batches() throws {
        let classifier = try EmotionClassifier(TestModel.svm())
        let gaits = (0..<40).map { TestWalk.gait(armSwing: Float($0) / 50, seed: UInt64($0)) }
        let labels = Array(repeating: 0, count: 40)
        let whole = Evaluation.run(classifier, gaits: gaits, labels: labels)
        #expect(whole.gaits == Array(0..<40))
        var asked = 0
        let part = Evaluation.run(classifier, gaits: gaits, labels: labels) {
            asked += 1
            return asked > 1
        }
        #expect(!part.outcomes.isEmpty && part.outcomes.count < 40)
        #expect(part.outcomes == Array(whole.outcomes.prefix(part.outcomes.count)))
    }
}

struct SourceRobustnessTests {
    private func classifier() throws -> EmotionClassifier {
        try EmotionClassifier(TestModel.trained(TestModel.configuration(.step)))
    }

    @Test("60 frames a second change nothing, a bad source something, and every window is counted")
    func conditions() throws {
        let gaits = [40, 75, 160].map { TestWalk.gait(armSwing: 0.3, frames: $0) }
        let results = SourceRobustness.run(try classifier(), gaits: gaits, labels: [0, 1, 2], seed: 1)
        #expect(results.map(\.outcomes.count) == [4, 4, 4])
        #expect(results[0].outcomes.map(\.label) == [0, 1, 2, 2])
        #expect(results[0].sameLabel == 4)
        #expect(results[0].largestDifference < 0.02)
        #expect(results[2].largestDifference > results[0].largestDifference)
    }

    @Test("the seed decides about noise and losses")
    func seeded() throws {
        let classifier = try classifier()
        let gaits = [TestWalk.gait(armSwing: 0.3, frames: 90)]
        func noisy(_ seed: UInt64) -> [[Float]] {
            SourceRobustness.run(classifier, gaits: gaits, labels: [0], seed: seed)[2].outcomes.map(
                \.probabilities)
        }
        #expect(noisy(1) == noisy(1))
        #expect(noisy(1) != noisy(2))
    }
}

@Suite("Agreement about labels")
struct LabelAgreementTests {
    private func agreement(_ table: [[Int]]) -> LabelAgreement {
        var pairs: [(one: Int, other: Int)] = []
        for (one, row) in table.enumerated() {
            for (other, count) in row.enumerated() { pairs += Array(repeating: (one, other), count: count) }
        }
        return LabelAgreement(pairs, classes: table.count)
    }

    @Test("kappa leaves out what chance explains")
    func kappa() throws {
        // 35 of 50 agree; chance alone explains (25 * 30 + 25 * 20) / 2500 = 0.5.
        let judged = agreement([[20, 5], [10, 15]])
        #expect(judged.table == [[20, 5], [10, 15]])
        #expect(judged.count == 50)
        #expect(judged.agreement == 0.7)
        #expect(abs(try #require(judged.kappa) - 0.4) < 1e-12)
    }

    @Test("whole agreement has a kappa of 1, whole disagreement one below 0")
    func ends() throws {
        #expect(agreement([[3, 0, 0], [0, 4, 0], [0, 0, 5]]).kappa == 1)
        #expect(try #require(agreement([[0, 5], [5, 0]]).kappa) == -1)
    }

    @Test("there is no kappa of one label alone, or of none")
    func none() {
        #expect(agreement([[7, 0], [0, 0]]).kappa == nil)
        #expect(agreement([[7, 0], [0, 0]]).agreement == 1)
        #expect(agreement([[0, 0], [0, 0]]).agreement == nil)
    }
}

struct ClassificationMetricsTests {
    typealias Outcome = ClassificationMetrics.Outcome

    /// An outcome of three classes with a confidence.
    private static func outcome(_ label: Int, read predicted: Int, confidence: Float = 0.8) -> Outcome {
        var probabilities = [Float](repeating: (1 - confidence) / 2, count: 3)
        probabilities[predicted] = confidence
        return Outcome(label: label, probabilities: probabilities)
    }

    @Test("the figures of ten windows, counted by hand")
    func byHand() {
        // Class 0: 4 of 5 read, one as 1. Class 1: 2 of 4 read, two as 2. Class 2: 1 of 1.
        let outcomes =
            (0..<4).map { _ in Self.outcome(0, read: 0) } + [Self.outcome(0, read: 1)]
            + [
                Self.outcome(1, read: 1), Self.outcome(1, read: 1), Self.outcome(1, read: 2),
                Self.outcome(1, read: 2),
            ]
            + [Self.outcome(2, read: 2)]
        let metrics = ClassificationMetrics(outcomes, classes: 3)
        #expect(metrics.count == 10 && metrics.accuracy == 0.7)
        #expect(metrics.confusion == [[4, 1, 0], [0, 2, 2], [0, 0, 1]])
        #expect(metrics.recall == [0.8, 0.5, 1])
        #expect(abs(metrics.balancedAccuracy - 2.3 / 3) < 1e-12)
        // F1: 8/9, 4/7, 2/4.
        #expect(abs(metrics.macroF1 - (8.0 / 9 + 4.0 / 7 + 0.5) / 3) < 1e-12)
        // All at confidence 0.8, of which 0.7 right.
        #expect(abs(metrics.expectedCalibrationError - 0.1) < 1e-6)
    }

    @Test("the calibration error weighs the bins by their windows")
    func calibration() {
        // 0.95 and one of two right: off by 0.45; 0.55 and all of two right: off by 0.45; 0.35, none of one
        // right.
        let outcomes = [
            Self.outcome(0, read: 0, confidence: 0.95), Self.outcome(1, read: 0, confidence: 0.95),
            Self.outcome(1, read: 1, confidence: 0.55), Self.outcome(2, read: 2, confidence: 0.55),
            Self.outcome(1, read: 0, confidence: 0.35),
        ]
        let error = ClassificationMetrics(outcomes, classes: 3).expectedCalibrationError
        #expect(abs(error - (2 * 0.45 + 2 * 0.45 + 0.35) / 5) < 1e-6)
    }

    @Test("a confidence of 1 has its place in the last bin")
    func certain() {
        let outcomes = [Self.outcome(0, read: 0, confidence: 1), Self.outcome(1, read: 0, confidence: 1)]
        #expect(ClassificationMetrics(outcomes, classes: 3).expectedCalibrationError == 0.5)
    }

    @Test("a class without windows has no recall and does not count")
    func absentClass() {
        let metrics = ClassificationMetrics([Self.outcome(0, read: 0), Self.outcome(1, read: 2)], classes: 3)
        #expect(metrics.recall == [1, 0, nil])
        #expect(metrics.balancedAccuracy == 0.5 && metrics.macroF1 == 0.5)
    }

    @Test("of nothing, every figure is 0")
    func nothing() {
        let metrics = ClassificationMetrics([], classes: 2)
        #expect(metrics.count == 0 && metrics.accuracy == 0 && metrics.balancedAccuracy == 0)
        #expect(
            metrics.macroF1 == 0 && metrics.expectedCalibrationError == 0 && metrics.recall == [nil, nil])
        #expect(ClassificationMetrics.interval([], recordings: [], classes: 2, seed: 1) == 0...0)
    }

    @Test("the interval is seeded, holds the figure, and is wider where windows share a recording")
    func interval() {
        let outcomes = (0..<60).map { index in
            // Two recordings in five are read wrong, all their windows.
            Self.outcome(index % 2, read: index / 6 % 5 < 2 ? 2 : index % 2)
        }
        func interval(_ windowsPerRecording: Int, seed: UInt64 = 1) -> ClosedRange<Double> {
            ClassificationMetrics.interval(
                outcomes, recordings: outcomes.indices.map { "\($0 / windowsPerRecording)" }, classes: 3,
                seed: seed)
        }
        let figure = ClassificationMetrics(outcomes, classes: 3).balancedAccuracy
        #expect(interval(1) == interval(1) && interval(1) != interval(1, seed: 2))
        #expect(interval(6).contains(figure) && interval(1).contains(figure))
        #expect(
            interval(6).upperBound - interval(6).lowerBound > interval(1).upperBound - interval(1).lowerBound)
        #expect(interval(60) == figure...figure)
        // Binomial: 0.6 +- 1.96 sqrt(0.6 * 0.4 / 60).
        #expect(abs(interval(1).lowerBound - 0.476) < 0.03 && abs(interval(1).upperBound - 0.724) < 0.03)
    }
}
