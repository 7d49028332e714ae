import Foundation
import Gait
import NeuralNetwork
import TestSupport
import Testing

@testable import GaitModels

@Suite("ModelFile")
struct ModelFileTests {
    /// Products on one thread each, as the programs have it: sums are then always added in the same order.
    init() { BLAS.useThreads(1) }

    @Test(
        "a model comes back from its file bit by bit, with one member and with several",
        arguments: [1, 3, 11])
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
