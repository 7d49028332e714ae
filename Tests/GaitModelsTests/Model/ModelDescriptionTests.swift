import Testing

@testable import GaitModels

@Suite("ModelDescription")
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
