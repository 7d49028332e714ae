import Foundation
import Gait
import NeuralNetwork
import TestSupport
import Testing

@testable import GaitModels

struct ModelFileTests {
    /// Products on one thread each, as the programs have it: sums are then always added in the same order.
    init() { BLAS.useThreads(1) }

    @Test("a model comes back from its file bit by bit, with one member or several", arguments: [1, 3, 11])
    func roundTrip(members: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.path("model.safetensors")
        var configuration = TestModel.configuration(.stepPaper, input: .positionsAndVelocities)
        (configuration.members, configuration.mirrored) = (members, true)
        let model = TestModel.trained(configuration, temperature: 1.5)
        try model.write(to: path)
        let file = try ModelFile(contentsOf: path)
        #expect(file.model.description == model.description)
        #expect(file.model.tensors.sorted { $0.name < $1.name } == model.tensors.sorted { $0.name < $1.name })
        #expect(file.path == path)
        let data = try Data(contentsOf: URL(filePath: path))
        #expect(file.bytes == data.count && file.sha256 == SHA256.hexadecimal(of: data))

        let walks = [TestWalk.gait(armSwing: 0.1), TestWalk.gait(armSwing: 0.6)]
        let read = try EmotionClassifier(contentsOf: path)
        #expect(read.classify(walks) == (try EmotionClassifier(model)).classify(walks))
        #expect(read.card.sha256 == file.sha256)
        #expect(read.card.labels == configuration.labels && read.card.version == 3)
        #expect(read.card.training == model.description.training)
        #expect(try EmotionClassifier.networks(file).count == members)
    }

    @Test("weights below 1e-30 are read as zero, and the model says the same")
    func tinyWeights() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("model.safetensors")
        var model = TestModel.trained(TestModel.configuration(.stepPaper))
        let index = try #require(model.tensors.firstIndex { $0.name == "st_gcn_networks.0.tcn.2.weight" })
        let tensor = model.tensors[index]
        var values = tensor.values
        for place in values.indices where place.isMultiple(of: 2) { values[place] = 1e-36 }
        model.tensors[index] = .init(name: tensor.name, shape: tensor.shape, values: values)
        try model.write(to: path)
        let read = try #require(ModelFile(contentsOf: path).model.tensors.first { $0.name == tensor.name })
        #expect(read.values == values.map { $0 == 1e-36 ? 0 : $0 })
        let walk = [TestWalk.gait(armSwing: 0.3)]
        let probabilities = try EmotionClassifier(contentsOf: path).classify(walk)[0].probabilities
        let expected = try EmotionClassifier(model).classify(walk)[0].probabilities
        #expect(zip(probabilities, expected).allSatisfy { abs($0 - $1) < 1e-6 })
    }

    @Test("so does a support vector machine")
    func svm() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("svm.safetensors")
        let model = try TestModel.svm()
        try model.write(to: path)
        let read = try EmotionClassifier(contentsOf: path)
        let walks = [TestWalk.gait(armSwing: 0.1), TestWalk.gait(armSwing: 0.6)]
        #expect(read.classify(walks) == (try EmotionClassifier(model)).classify(walks))
        #expect(read.card.labels == ["calm", "lively"])
        #expect(try EmotionClassifier.networks(ModelFile(contentsOf: path)).isEmpty)
    }

    @Test("writing the same model gives the same file")
    func sameFile() throws {
        let folder = try TemporaryFolder()
        let paths = ["one", "two"].map { folder.path($0) }
        for path in paths { try TestModel.trained(TestModel.configuration(.step)).write(to: path) }
        #expect(try ModelFile(contentsOf: paths[0]).sha256 == ModelFile(contentsOf: paths[1]).sha256)
    }
}

struct ModelDescriptionTests {
    @Test("it comes back from the metadata, the training record with the largest seed too")
    func roundTrip() throws {
        let description = TestModel.trained(TestModel.configuration(.step)).description
        let read = try #require(try ModelDescription.read(description.metadata(), path: "model"))
        #expect(read == description)
        #expect(read.training?.seed == .max)
    }

    @Test("metadata without a description is that of foreign weights")
    func absent() throws {
        #expect(try ModelDescription.read(["format": "pt"], path: "model") == nil)
    }

    @Test("labels that are not the network's are refused, in another order too")
    func labels() {
        var description = TestModel.trained(TestModel.configuration(.step)).description
        description.labels.reverse()
        #expect(throws: ModelError.self) { try description.validate() }
    }

    @Test("what cannot be read is named with its place")
    func place() {
        let error = #expect(throws: ModelError.self) {
            try ModelDescription.read([ModelDescription.key: "{\"name\": 3}"], path: "model")
        }
        #expect(
            error?.description.hasPrefix("model cannot be served: its configuration cannot be read (name: ")
                == true)
    }
}

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

@Suite("A model file whose description has anything changed")
struct ModelDescriptionFuzzingTests {
    @Test("is served or refused in one line, and leaves no memory behind")
    func mutations() async {
        await #expect(processExitsWith: .success) {
            let folder = try TemporaryFolder()
            let path = folder.path("model.safetensors")
            let model = TestModel.trained(TestModel.configuration(.stepPaper))
            let text = try #require(try model.description.metadata()[ModelDescription.key])
            var mutations = Mutations(
                [Array(text.utf8)], tokens: JSONTokens.all, using: SeededGenerator(seed: 8))
            try FuzzedProcess.expectBounded(cases: FuzzedProcess.cases / 20, accepted: (0.02, 0.75)) { _ in
                let changed = String(decoding: mutations.next(), as: UTF8.self)
                try SafeTensors.write(model.tensors, metadata: [ModelDescription.key: changed], to: path)
                do {
                    _ = try EmotionClassifier(contentsOf: path)
                    return true
                } catch {
                    #expect(!"\(error)".contains { $0.isNewline })
                    return false
                }
            }
        }
    }
}
