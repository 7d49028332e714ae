import Gait
import Testing

@testable import Datasets

@Suite("Labelled gait")
struct LabelledGaitTests {
    @Test("its names for grouping are its own properties, then the manifest's columns")
    func attributes() throws {
        let gait = try Gait(coordinates: [Float](repeating: 0, count: Gait.valuesPerFrame))
        let walk = LabelledGait(
            key: "k", gait: gait, label: 2, sourceFile: "r.bvh", actor: nil, attributes: ["style": "proud"])
        #expect(walk.attribute("key") == "k")
        #expect(walk.attribute("label") == "2")
        #expect(walk.attribute("source_file") == "r.bvh")
        #expect(walk.attribute("actor") == nil)
        #expect(walk.attribute("style") == "proud")
        #expect(walk.attribute("height") == nil)
    }
}
