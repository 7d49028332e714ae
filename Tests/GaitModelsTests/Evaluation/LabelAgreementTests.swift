import Testing

@testable import GaitModels

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

    @Test("where one label is all that is said, or nothing, there is no kappa")
    func none() {
        #expect(agreement([[7, 0], [0, 0]]).kappa == nil)
        #expect(agreement([[7, 0], [0, 0]]).agreement == 1)
        #expect(agreement([[0, 0], [0, 0]]).agreement == nil)
    }
}
