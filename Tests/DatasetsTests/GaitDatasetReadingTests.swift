import Gait
import TestSupport
import Testing

@testable import Datasets

@Suite("Reading of a data set")
struct GaitDatasetReadingTests {
    @Test(
        "the data sets beside the project are read whole",
        .enabled(if: SharedData.isThere, "../shared is absent"),
        arguments: [("emotion4", 64, 4), ("style15", 80, 15), ("walk7", 704, 7)])
    func sharedDatasets(name: String, gaits: Int, labels: Int) throws {
        let dataset = try GaitDataset(contentsOf: SharedData.dataset(name))
        #expect(dataset.gaits.count == gaits)
        #expect(dataset.labelNames.count == labels)
        #expect(Set(dataset.gaits.map(\.label)) == Set(0..<labels))
        #expect(dataset.gaits.map(\.key) == dataset.gaits.map(\.key).sorted())
        for gait in dataset.gaits {
            // The manifest repeats the label's name in one column or the other, so the join can be checked.
            let names = [gait.attribute("style"), gait.attribute("emotion")]
            #expect(names.contains(dataset.labelNames[gait.label]))
            #expect(gait.sourceFile != gait.key)
            #expect(gait.actor != nil)
        }
    }

    @Test(
        "the first coordinates are those that h5py reads",
        .enabled(if: SharedData.isThere, "../shared is absent"))
    func coordinates() throws {
        let dataset = try GaitDataset(contentsOf: SharedData.dataset("emotion4"))
        let first = try #require(dataset.gaits.first)
        #expect(first.key == "bn1_walk-back_angry_001_s00")
        #expect(first.gait.frames == 128)
        #expect(first.gait.coordinates.prefix(3) == [-0.0207391996, 0.913528025, 3.60002995])
    }

    @Test("doubles, and labels of one element, are read; no manifest is needed")
    func otherNumberTypes() throws {
        let folder = try TemporaryFolder()
        try HDF5Fixture(folder.path("features.h5")).doubles([3, 48], key: "walk")
        let labels = try HDF5Fixture(folder.path("labels.h5"))
        labels.names("sad, happy")
        try labels.doubles([1, 1], first: 1, key: "walk")
        let dataset = try GaitDataset(contentsOf: folder.path)
        #expect(dataset.labelNames == ["sad", "happy"])
        let gait = try #require(dataset.gaits.first)
        #expect(gait.label == 1)
        #expect(gait.sourceFile == "walk")
        #expect(gait.actor == nil)
        #expect(gait.gait.frames == 3)
        #expect(gait.gait.coordinates.prefix(4) == [0, 0.5, 1, 1.5])
    }

    @Test("label names of fixed length are read, and those of features.h5 where labels.h5 has none")
    func labelNamesElsewhere() throws {
        let folder = try TemporaryFolder()
        let features = try HDF5Fixture(folder.path("features.h5"))
        try features.doubles([1, 48], key: "walk")
        try features.fixedLengthNames("sad,happy")
        try HDF5Fixture(folder.path("labels.h5")).integers([], key: "walk")
        #expect(try GaitDataset(contentsOf: folder.path).labelNames == ["sad", "happy"])
    }
}
