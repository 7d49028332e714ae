import Foundation
import Gait
import TestSupport
import Testing

@testable import Datasets

/// A folder whose two files a test writes, one of them wrongly.
private struct DamagedFolder {
    let folder: TemporaryFolder

    init(
        features: (HDF5Fixture) throws -> Void = { try $0.doubles([2, 48], key: "walk") },
        labels: (HDF5Fixture) throws -> Void = { try $0.integers([], key: "walk") },
        names: String? = "sad,happy"
    ) throws {
        folder = try TemporaryFolder()
        try features(HDF5Fixture(folder.path("features.h5")))
        let file = try HDF5Fixture(folder.path("labels.h5"))
        if let names { file.names(names) }
        try labels(file)
    }

    var features: String { folder.path("features.h5") }
    var labels: String { folder.path("labels.h5") }

    /// What reading it throws.
    func error() throws -> DatasetError {
        try #require(throws: DatasetError.self) { try GaitDataset(contentsOf: folder.path) }
    }
}

@Suite("Refusal of a damaged data set")
struct DamagedDatasetTests {
    @Test("an absent folder is named")
    func absent() throws {
        let error = try #require(throws: DatasetError.self) { try GaitDataset(contentsOf: "/nowhere/at-all") }
        #expect(error.description == "/nowhere/at-all/features.h5: there is no such file")
    }

    @Test("text, an empty and a truncated file are not HDF5")
    func notHDF5() throws {
        let damaged = try DamagedFolder()
        let url = URL(filePath: damaged.features)
        let whole = try Data(contentsOf: url)
        for content in [Data("no hdf5".utf8), Data(), whole.prefix(whole.count / 2)] {
            try content.write(to: url)
            let reason = "not an HDF5 file, or a damaged one"
            #expect(try damaged.error() == .unreadable(file: damaged.features, reason: reason))
        }
    }

    @Test("a file without gaits is refused")
    func empty() throws {
        let damaged = try DamagedFolder(features: { _ in })
        #expect(try damaged.error() == .empty(file: damaged.features))
    }

    @Test("a gait without a label, and a label without a gait, are named")
    func missingKeys() throws {
        let unlabelled = try DamagedFolder(labels: { _ in })
        #expect(try unlabelled.error() == .missingKey(file: unlabelled.labels, key: "walk"))
        let stray = try DamagedFolder(labels: {
            try $0.integers([], key: "walk")
            try $0.integers([], key: "run")
        })
        #expect(try stray.error() == .missingKey(file: stray.features, key: "run"))
    }

    @Test("coordinates of another shape are refused", arguments: [[2, 47], [0, 48], [48], [2, 16, 3], []])
    func wrongShape(shape: [Int]) throws {
        let damaged = try DamagedFolder(features: { try $0.doubles(shape, key: "walk") })
        let expected = DatasetError.wrongShape(
            file: damaged.features, key: "walk", expected: "[frames, 48]", found: shape)
        #expect(try damaged.error() == expected)
    }

    @Test("a gait of more than 100,000 frames is refused before it is read")
    func tooLong() throws {
        let damaged = try DamagedFolder(features: { try $0.hollow([1 << 40, 48], key: "walk") })
        let expected = DatasetError.tooLarge(
            file: damaged.features, what: "frames under \"walk\"", limit: 100_000)
        #expect(try damaged.error() == expected)
    }

    @Test("coordinates that are whole numbers, and a group under the key, are refused")
    func wrongType() throws {
        let integers = try DamagedFolder(features: { try $0.integers([2, 48], key: "walk") })
        let expected = DatasetError.wrongType(
            file: integers.features, key: "walk", expected: "of floating-point numbers")
        #expect(try integers.error() == expected)
        let group = try DamagedFolder(features: { try $0.group("walk") })
        #expect(try group.error() == .wrongType(file: group.features, key: "walk", expected: "a data set"))
    }

    @Test("coordinates that are no numbers are refused by the gait's own error")
    func notAGait() throws {
        let damaged = try DamagedFolder(features: { try $0.doubles([1, 48], first: .nan, key: "walk") })
        guard case .invalidGait(damaged.features, "walk", _) = try damaged.error() else {
            Issue.record("expected .invalidGait")
            return
        }
    }

    @Test("a label without a name is refused", arguments: [-1, 2, 0.5, .nan, .infinity, 1e300])
    func invalidLabel(value: Double) throws {
        let damaged = try DamagedFolder(labels: { try $0.doubles([], first: value, key: "walk") })
        #expect(
            try damaged.error().description.hasPrefix("\(damaged.labels): the label of \"walk\" is \(value)"))
    }

    @Test("several labels under one key are refused")
    func severalLabels() throws {
        let damaged = try DamagedFolder(labels: { try $0.integers([2], key: "walk") })
        let expected = DatasetError.wrongShape(
            file: damaged.labels, key: "walk", expected: "of one number", found: [2])
        #expect(try damaged.error() == expected)
    }

    @Test("label names must be there, different and not empty")
    func labelNames() throws {
        let missing = try DamagedFolder(names: nil)
        #expect(try missing.error() == .missingLabelNames(file: missing.labels))
        for names in ["sad,sad", "sad,,happy", ""] {
            let damaged = try DamagedFolder(names: names)
            guard case .invalidLabelNames(damaged.labels, _) = try damaged.error() else {
                Issue.record("\"\(names)\" was accepted")
                continue
            }
        }
    }

    @Test("a manifest that is not a table, or not text, is refused")
    func manifest() throws {
        let damaged = try DamagedFolder()
        let manifest = damaged.folder.path("manifest.csv")
        try Data("key,label\nwalk\n".utf8).write(to: URL(filePath: manifest))
        let reason = "1 fields, expected 2"
        #expect(try damaged.error() == .invalidManifest(file: manifest, line: 2, reason: reason))
        try Data([0xFF, 0xFE, 0x00]).write(to: URL(filePath: manifest))
        #expect(try damaged.error() == .unreadable(file: manifest, reason: "is not UTF-8 text"))
    }
}
