import Foundation
import Gait
import NeuralNetwork
import TestSupport
import Testing

@testable import GaitModels

@Suite("A model file whose description has anything changed")
struct ModelDescriptionFuzzingTests {
    @Test("is served or refused in one line, and leaves no memory behind")
    func mutations() async {
        await #expect(processExitsWith: .success) {
            FuzzedProcess.limit()
            let folder = try TemporaryFolder()
            let path = folder.path("model.safetensors")
            let model = TestModel.trained(TestModel.configuration(.stepPaper))
            let text = try #require(try model.description.metadata()[ModelDescription.key])
            var mutations = Mutations(
                [Array(text.utf8)], tokens: JSONTokens.all, using: SeededGenerator(seed: 8))
            let cases = FuzzedProcess.cases / 20
            var (served, refused, held) = (0, 0, 0)
            for number in 0..<cases {
                if number == cases / 10 { held = FuzzedProcess.residentBytes() }
                let changed = String(decoding: mutations.next(), as: UTF8.self)
                try SafeTensors.write(model.tensors, metadata: [ModelDescription.key: changed], to: path)
                do {
                    _ = try EmotionClassifier(contentsOf: path)
                    served += 1
                } catch {
                    refused += 1
                    #expect(!"\(error)".contains { $0.isNewline })
                }
            }
            #expect(FuzzedProcess.residentBytes() - held < FuzzedProcess.mostGrowth)
            #expect(served > cases / 50 && refused > cases / 4, "\(served) served, \(refused) refused")
        }
    }
}
