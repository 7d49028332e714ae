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
        let reason = "not an HDF5 file, or a damaged one"
        for (content, reason) in [
            (Data("no hdf5".utf8), reason), (Data(), reason),
            (whole.prefix(whole.count / 2), "it is truncated; copy or download it again"),
        ] {
            try content.write(to: url)
            #expect(try damaged.error() == .unreadable(file: damaged.features, reason: reason))
        }
    }

    @Test("a file that another program has open for writing is said to be locked, and is read afterwards")
    func locked() throws {
        let damaged = try DamagedFolder()
        let file = try FileHandle(forUpdating: URL(filePath: damaged.features))
        // As libhdf5 locks a file that it writes.
        try #require(flock(file.fileDescriptor, LOCK_EX | LOCK_NB) == 0)
        let error = try damaged.error()
        #expect(error.description.hasPrefix("\(damaged.features): it is locked: another program"), "\(error)")
        try file.close()
        #expect(try GaitDataset(contentsOf: damaged.folder.path).gaits.count == 1)
    }

    @Test(
        "h5py's files that are open elsewhere or compressed by LZF are told apart",
        .enabled(if: hasH5py, "needs ../shared/cases and h5py"))
    func writtenByPython() throws {
        let folder = try TemporaryFolder()
        let script = SharedData.testCase("hdf5-locked-or-lzf/make.py")
        let python = try ProgramRun("/usr/bin/env", ["python3", script, folder.path, "--hold"])
        func fault(_ name: String) -> String? {
            do {
                _ = try GaitDataset(contentsOf: folder.path(name))
                return nil
            } catch { return "\(error)" }
        }
        // The last file that it writes before it holds the other one.
        let manifest = folder.path("lzf/manifest.csv")
        #expect(Pause.until(within: 30) { FileManager.default.fileExists(atPath: manifest) })
        #expect(Pause.until(within: 15) { fault("plain")?.contains("it is locked") == true })
        #expect(fault("lzf")?.contains("compressed by lzf (filter 32000)") == true)
        python.process.send(SIGKILL)
        python.process.wait()
        #expect(fault("plain") == nil)
    }

    private static let hasH5py: Bool = {
        let python = try? ProgramRun("/usr/bin/env", ["python3", "-c", "import h5py"])
        return SharedData.hasCases && python?.process.wait() == 0
    }()

    @Test("a filter that libhdf5 lacks is named, with the gait")
    func missingFilter() throws {
        let damaged = try DamagedFolder(features: { try $0.compressedDoubles([2, 48], key: "walk") })
        #expect(try GaitDataset(contentsOf: damaged.folder.path).gaits.count == 1)
        // gzip becomes h5py's LZF, which only h5py has: number and name of the filter in the data set's header.
        let url = URL(filePath: damaged.features)
        var bytes = [UInt8](try Data(contentsOf: url))
        let name = Array("deflate\0".utf8)
        let place = try #require(
            bytes.indices.first { bytes[$0...].starts(with: name) }, "the filter's name is not in the file")
        bytes.replaceSubrange(place..<place + 8, with: Array("lzf\0\0\0\0\0".utf8))
        bytes.replaceSubrange(place - 8..<place - 6, with: [0x00, 0x7D])
        try Data(bytes).write(to: url)
        let filter = "lzf (filter 32000)"
        let error = try damaged.error()
        #expect(error == .missingFilter(file: damaged.features, key: "walk", filter: filter))
        #expect(error.description.contains("compressed by lzf (filter 32000), which libhdf5 lacks here"))
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
