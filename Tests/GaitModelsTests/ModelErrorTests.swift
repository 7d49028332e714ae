import NeuralNetwork
import Testing

@testable import GaitModels

@Suite("ModelError")
struct ModelErrorTests {
    @Test("each is one sentence that names the file or the reason")
    func descriptions() {
        #expect(
            ModelError.weights(.file(path: "model", reason: "no such file")).description
                == "model: no such file")
        #expect(
            ModelError.unknownModel(path: "model", reason: "it has no configuration").description
                == "model cannot be served: it has no configuration")
        #expect(ModelError.configuration("kernel 8").description == "model configuration: kernel 8")
        #expect(ModelError.training("no gaits").description == "no gaits")
    }
}
