import Foundation
import Gait
import TestSupport
import Testing

@Suite("gaitctl evaluate")
struct EvaluateCommandTests {
    private let files: WalkFiles
    private let model: String

    init() async throws {
        files = try WalkFiles()
        model = try await files.model()
    }

    @Test("the figures are at the top level of the object")
    func figures() async throws {
        let dataset = try files.dataset(seed: 50)
        let object = try await Tool.run("evaluate --model \(model) --dataset \(dataset) --json").object()
        let accuracy = try #require(object["balanced_accuracy"] as? Double)
        #expect(accuracy > 0.25 && accuracy <= 1)
        let recall = try #require(object["recall"] as? [String: Double])
        #expect(recall.keys.sorted() == ["angry", "happy", "neutral", "sad"])
        #expect(abs(recall.values.reduce(0, +) / 4 - accuracy) < 1e-9)
        let confusion = try #require(object["confusion"] as? [[Int]])
        #expect(confusion.map { $0.reduce(0, +) } == [4, 4, 4, 4])
        #expect((object["ece"] as? Double).map { (0...1).contains($0) } == true)
        #expect(object["left_out"] as? Int == 0)
    }

    @Test("labels are matched by name: fewer are judged as they are, unknown ones are left out and counted")
    func labels() async throws {
        let dataset = try files.dataset(emotions: [.sad, .happy], recordings: 3)
        let object = try await Tool.run("evaluate --model \(model) --dataset \(dataset) --json").object()
        let recall = try #require(object["recall"] as? [String: Any])
        #expect(recall["angry"] is NSNull && recall["sad"] is Double)
        let confusion = try #require(object["confusion"] as? [[Int]])
        #expect(confusion.map { $0.reduce(0, +) } == [0, 3, 0, 3])
    }

    @Test("as text, the first line has the figures")
    func text() async throws {
        let result = try await Tool.run("evaluate --model \(model) --dataset \(files.dataset())")
        #expect(result.status == 0)
        #expect(result.output.contains("balanced_accuracy="))
        #expect(result.output.contains("ece="))
    }

    @Test("what is wrong with the model is reported with 78, with the data set with 1")
    func refused() async throws {
        let dataset = try files.dataset()
        let broken = files.folder.path("broken")
        try await Tool.run("evaluate --model \(broken) --dataset \(dataset) --json")
            .expectFailure(78, saying: broken, "no such file")
        let data = try Data(contentsOf: URL(filePath: model))
        for bytes in [data.dropLast(9), Data(data.map { ~$0 }), Data()] {
            try files.folder.write("broken", bytes)
            try await Tool.run("evaluate --model \(broken) --dataset \(dataset) --json")
                .expectFailure(78, saying: broken)
        }
        try await Tool.run("evaluate --model \(model) --dataset /nowhere --json")
            .expectFailure(1, saying: "/nowhere")
    }
}
