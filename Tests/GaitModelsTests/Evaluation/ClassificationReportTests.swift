import Testing

@testable import GaitModels

struct AbstentionReportTests {
    private let outcomes: [ClassificationMetrics.Outcome] = [
        .init(label: 0, probabilities: [0.9, 0.1]), .init(label: 1, probabilities: [0.8, 0.2]),
        .init(label: 1, probabilities: [0.4, 0.6]), .init(label: 0, probabilities: [0.45, 0.55]),
    ]

    @Test("what is at or above the threshold is covered, and judged by itself")
    func coverage() {
        let report = AbstentionReport(outcomes) { _ in 0.6 }
        #expect(report.coverage == 0.75)
        #expect(abs((report.coveredAccuracy ?? 0) - 2.0 / 3) < 1e-9)
        // Each outcome by its own threshold.
        let own = AbstentionReport(outcomes) { $0 == 1 ? 0.85 : 0.6 }
        #expect(own.coverage == 0.5 && own.coveredAccuracy == 1)
    }

    @Test("where nothing is covered there is no accuracy")
    func nothing() {
        let report = AbstentionReport(outcomes) { _ in 0.95 }
        #expect(report.coverage == 0 && report.coveredAccuracy == nil)
        #expect(AbstentionReport([]) { _ in 0 }.coverage == 0)
    }
}
