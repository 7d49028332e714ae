import GaitModels
import TestSupport
import Testing

@testable import gaitctl

struct RetrainingTests {
    @Test("a model is no surer of itself than the one that it began from, and abstains no more often")
    func tempered() async throws {
        let walks = try StoredWalks()
        var start = try ModelFile(contentsOf: try await walks.packaged()).model.description
        (start.temperature, start.minimumConfidence) = (0.8, 0.5)
        func tempered(_ temperature: Float, _ threshold: Float?) -> [Float?] {
            var description = start
            (description.temperature, description.minimumConfidence) = (temperature, threshold)
            Retraining.temper(&description, like: start)
            return [description.temperature, description.minimumConfidence]
        }
        #expect(tempered(0.25, 0.99) == [0.8, 0.5])
        #expect(tempered(1.5, 0.99) == [1.5, 0.5])
        #expect(tempered(1.5, 0.4) == [1.5, 0.4])
        #expect(tempered(1.5, nil) == [1.5, nil])
        start.minimumConfidence = nil
        #expect(tempered(0.25, 0.9) == [0.8, 0.9])
    }
}
