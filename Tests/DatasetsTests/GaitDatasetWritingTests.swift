import Foundation
import Gait
import TestSupport
import Testing

@testable import Datasets

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
        {
            try twice.write(to: folder.path("new"))
        }
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
