import Foundation
import Gait
import TestSupport
import Testing

@testable import Datasets

@Suite("Reading of a data set")
struct GaitDatasetReadingTests {
    @Test(
        "the data sets beside the project are read whole",
        .sharedData,
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

    @Test("the first coordinates are those that h5py reads", .sharedData)
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

@Suite("Writing of a data set")
struct GaitDatasetWritingTests {
    private func gait(frames: Int, first: Float = 0) throws -> Gait {
        try Gait(coordinates: (0..<frames * Gait.valuesPerFrame).map { first + Float($0) / 1000 })
    }

    private func dataset() throws -> GaitDataset {
        GaitDataset(
            labelNames: ["sad", "happy"],
            gaits: [
                LabelledGait(
                    key: "a", gait: try gait(frames: 75), label: 1, sourceFile: "walks, \"one\".bvh",
                    actor: "anna", attributes: ["style": "bouncy", "note": "line\nline"]),
                LabelledGait(key: "b", gait: try gait(frames: 3, first: -1), label: 0),
            ])
    }

    @Test("what is written is read back the same, and nothing else is left in the folder above")
    func roundTrip() throws {
        let folder = try TemporaryFolder()
        let written = try dataset()
        try written.write(to: folder.path("new"))
        #expect(try GaitDataset(contentsOf: folder.path("new")) == written)
        #expect(try folder.contents() == ["new"])
    }

    @Test("folders above are created, and an empty folder is filled")
    func folders() throws {
        let folder = try TemporaryFolder()
        try dataset().write(to: folder.path("one/two"))
        #expect(try GaitDataset(contentsOf: folder.path("one/two")).gaits.count == 2)
        let empty = try TemporaryFolder()
        try dataset().write(to: empty.path)
        #expect(try empty.contents() == ["features.h5", "labels.h5", "manifest.csv"])
    }

    @Test("a folder that holds anything is left as it is")
    func notEmpty() throws {
        let folder = try TemporaryFolder()
        try Data("mine".utf8).write(to: URL(filePath: folder.path("notes.txt")))
        #expect(throws: DatasetError.notEmpty(folder: folder.path)) { try dataset().write(to: folder.path) }
        #expect(try folder.contents() == ["notes.txt"])
    }

    @Test("where the folder cannot be made, nothing is left behind")
    func unwritable() throws {
        let folder = try TemporaryFolder()
        try Data("a file".utf8).write(to: URL(filePath: folder.path("taken")))
        #expect(throws: DatasetError.self) { try dataset().write(to: folder.path("taken")) }
        #expect(throws: DatasetError.self) { try dataset().write(to: folder.path("taken/below")) }
        #expect(try folder.contents() == ["taken"])
    }

    @Test("keys that HDF5 cannot hold, or that occur twice, are refused", arguments: ["", ".", "a/b", "a\0"])
    func invalidKey(key: String) throws {
        let folder = try TemporaryFolder()
        let walk = LabelledGait(key: key, gait: try gait(frames: 1), label: 0)
        let wrong = GaitDataset(labelNames: ["sad"], gaits: [walk])
        let error = #expect(throws: DatasetError.self) { try wrong.write(to: folder.path("new")) }
        #expect(
            error
                == .invalidKey(folder: folder.path("new"), key: key, reason: "cannot name a data set in HDF5")
        )
        let twin = LabelledGait(key: "a", gait: try gait(frames: 1), label: 0)
        let twice = GaitDataset(labelNames: ["sad"], gaits: [twin, twin])
        #expect(throws: DatasetError.invalidKey(folder: folder.path("new"), key: "a", reason: "occurs twice"))
        { try twice.write(to: folder.path("new")) }
        #expect(try folder.contents() == [])
    }

    @Test("labels and label names that could not be read back are refused")
    func invalidLabels() throws {
        let folder = try TemporaryFolder()
        let walk = LabelledGait(key: "a", gait: try gait(frames: 1), label: 1)
        for names in [["sad"], [], ["sad", "sad"], ["sad", "hap,py"], ["sad", ""]] {
            #expect(throws: DatasetError.self) {
                try GaitDataset(labelNames: names, gaits: [walk]).write(to: folder.path("new"))
            }
        }
        #expect(try folder.contents() == [])
    }
}
