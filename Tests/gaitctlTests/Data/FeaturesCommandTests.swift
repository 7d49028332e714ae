import Gait
import TestSupport
import Testing

@Suite("gaitctl features")
struct FeaturesCommandTests {
    @Test("the shared cases agree within 1e-3", .sharedData)
    func cases() async throws {
        let path = SharedData.fixture("affective.cases.json")
        let text = try await Tool.run("features --cases \(path)")
        #expect(text.status == 0)
        let printed = try #require(text.output.firstMatch(of: #/^max_relative_error=([-+.e0-9]+)\n/#))
        #expect(try #require(Double(printed.1)) <= 1e-3)
        let object = try await Tool.run("features --cases \(path) --json").object()
        #expect(object["max_relative_error"] as? Double == Double(printed.1))
    }

    @Test("a data set's features are listed by gait, under their names")
    func dataset() async throws {
        let files = try WalkFiles()
        let dataset = try files.dataset()
        let object = try await Tool.run("features --dataset \(dataset) --json").object()
        #expect((object["features"] as? [String]) == AffectiveFeatures.names)
        let gaits = try #require(object["gaits"] as? [[String: Any]])
        #expect(gaits.count == 16)
        #expect(gaits.allSatisfy { ($0["values"] as? [Double])?.count == AffectiveFeatures.count })
        let table = try await Tool.run("features --dataset \(dataset)").output.split(separator: "\n")
        #expect(table.count == 17)
        #expect(table.allSatisfy { $0.split(separator: "\t").count == AffectiveFeatures.count + 2 })
    }
}
