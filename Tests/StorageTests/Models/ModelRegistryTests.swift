import Foundation
import Synchronization
import TestSupport
import Testing

@testable import Storage

struct ModelRegistryTests {
    private let folder: TemporaryFolder
    private let test: TestRegistry
    private var registry: ModelRegistry { test.registry }

    init() throws {
        folder = try TemporaryFolder()
        test = try TestRegistry(in: folder)
    }

    private func damage(_ name: String) throws {
        let path = "models/" + name
        var data = try Data(contentsOf: folder.url.appending(path: path))
        data[data.count - 1] ^= 1
        try folder.write(path, data)
    }

    @Test("an empty registry serves the packaged model")
    func empty() throws {
        let model = try registry.serving()
        #expect(model.version == ModelAliases.packaged && model.metadata == nil)
        #expect(model.sha256 == SHA256.hexadecimal(of: try TestRegistry.weights(0)))
        #expect(registry.aliases() == ModelAliases() && registry.versions().isEmpty)
        #expect(registry.nextVersion() == 1 && registry.nextVersion(above: 3) == 4)
        let nothing = try ModelRegistry(directory: folder.path("models"), packaged: "/nowhere")
        #expect(throws: StorageError.noModel(directory: folder.path("models"))) { try nothing.serving() }
    }

    @Test("looking at a registry that is missing leaves nothing on the disk")
    func missing() throws {
        #expect(try registry.serving().version == 0 && registry.versions().isEmpty)
        #expect(try registry.removeRemains().isEmpty && registry.damagedVersions().isEmpty)
        #expect(try folder.contents() == ["packaged.safetensors"])
        #expect(
            throws: StorageError.file(path: folder.path("packaged.safetensors"), reason: "it is not a folder")
        ) {
            try ModelRegistry(directory: folder.path("packaged.safetensors"), packaged: "")
        }
    }

    @Test("what a crash left incomplete is removed, what is registered or damaged is kept")
    func remains() throws {
        try test.add(1, generator: Data("generator".utf8))
        let kept = try FileManager.default.contentsOfDirectory(atPath: folder.path("models")).sorted()
        let left = [
            "step-0002.safetensors.part", "aliases.json.part", "step-0002.safetensors",
            "generator-0002.safetensors",
        ]
        for name in left + ["notes.txt"] { try folder.write("models/" + name, "x") }
        try folder.write("models/step-0003.json", "{")
        try folder.write("models/step-0003.safetensors", "x")
        #expect(try registry.removeRemains().sorted() == left.sorted())
        let found = try FileManager.default.contentsOfDirectory(atPath: folder.path("models")).sorted()
        #expect(found == (kept + ["notes.txt", "step-0003.json", "step-0003.safetensors"]).sorted())
        #expect(try registry.removeRemains().isEmpty)
    }

    @Test("a version is a candidate, serves when it is promoted, and what served before is the previous one")
    func promotion() throws {
        let first = try test.add(1)
        #expect(try registry.serving().version == 0)
        #expect(registry.aliases().candidate == 1)
        #expect(first.metadata?.bytes == (try TestRegistry.weights(1)).count)
        #expect(try registry.promote(1) == first)
        #expect(try registry.serving() == first)
        try test.add(2)
        _ = try registry.promote(2)
        let aliases = registry.aliases()
        #expect(aliases.serving == 2 && aliases.previous == 1 && aliases.candidate == 2)
        #expect(aliases.names(of: 2) == ["serving", "candidate"])
        #expect(throws: StorageError.duplicateModel(version: 2)) { try test.add(2) }
        #expect(throws: StorageError.unknownModel(version: 7, known: [1, 2])) { try registry.promote(7) }
        #expect(registry.versions().map(\.version) == [1, 2] && registry.nextVersion() == 3)
        #expect(try folder.contents() == ["models", "packaged.safetensors"])
    }

    @Test("what serves can be set by hand and taken back, to the packaged model too")
    func byHand() throws {
        #expect(throws: StorageError.noPreviousModel) { try registry.rollback() }
        try test.add(1)
        try test.add(2, isAccepted: false)
        try registry.activate(2)
        #expect(try registry.serving().version == 2)
        try registry.activate(2)
        #expect(try registry.rollback().version == 0)
        #expect(try registry.rollback().version == 2)
        try registry.activate(0)
        #expect(try registry.serving().version == 0)
    }

    @Test("a pinned version that serves is not replaced by a training, and not removed")
    func pinned() throws {
        for version in 1...4 { try test.add(version) }
        _ = try registry.promote(1)
        try registry.pin(1)
        #expect(throws: StorageError.pinned(version: 1)) { try registry.promote(2) }
        try registry.activate(2)
        try registry.activate(3)
        #expect(try registry.prune(keeping: 0) == [])
        try registry.unpin(1)
        #expect(try registry.prune(keeping: 0) == [1])
        #expect(throws: StorageError.unknownModel(version: 9, known: [2, 3, 4])) { try registry.pin(9) }
        try registry.pin(0)
        try registry.activate(0)
        #expect(throws: StorageError.pinned(version: 0)) { try registry.promote(4) }
    }

    @Test("the newest versions stay, and those with a role")
    func pruning() throws {
        for version in 1...6 { try test.add(version, generator: Data("generator".utf8)) }
        _ = try registry.promote(2)
        #expect(try registry.prune(keeping: 2) == [1, 3, 4])
        #expect(registry.versions().map(\.version) == [2, 5, 6] && registry.damagedVersions().isEmpty)
        #expect(!FileManager.default.fileExists(atPath: folder.path("models/generator-0001.safetensors")))
        #expect(registry.nextVersion() == 7)
    }

    @Test("instead of a damaged version the previous one serves, then the newest accepted, then the packaged")
    func damaged() throws {
        for version in 1...4 { try test.add(version, isAccepted: version != 4) }
        for version in [3, 1, 2] { _ = try registry.promote(version) }
        try damage("step-0002.safetensors")
        #expect(try registry.serving().version == 1)
        #expect(throws: StorageError.self) { try registry.activate(2) }
        try FileManager.default.removeItem(atPath: folder.path("models/step-0001.safetensors"))
        #expect(try registry.serving().version == 3)
        try folder.write("models/step-0003.json", "{")
        #expect(try registry.serving().version == 0)
        #expect(registry.damagedVersions() == [3])
        #expect(registry.nextVersion() == 5)
    }

    @Test("without readable aliases the newest accepted version serves")
    func damagedAliases() throws {
        for version in 1...3 { try test.add(version, isAccepted: version != 3) }
        try folder.write("models/aliases.json", "\u{0}\u{0}\u{0}")
        #expect(try registry.serving().version == 2)
        #expect(registry.aliases().serving == 2)
    }

    @Test("versions that were trained on forgotten gaits are marked, lose their models and never serve again")
    func stale() throws {
        try test.add(1, gaits: [5, 3, 4], generator: Data("generator".utf8))
        try test.add(2, gaits: [6])
        try test.add(3, gaits: [6], isAccepted: false)
        try test.add(4, gaits: [4])
        for version in [2, 4, 1] { _ = try registry.promote(version) }
        try registry.pin(1)
        try folder.write("models/generator-0009.safetensors", "of a training that was killed")
        #expect(registry.versions(trainedOn: [4, 9]) == [1, 4])
        try registry.forget([4, 9])
        #expect(registry.versions().map(\.isStale) == [true, false, false, true])
        #expect(registry.versions()[0].gaits == [3, 4, 5])
        let aliases = registry.aliases()
        #expect(aliases.serving == 2 && aliases.previous == nil && aliases.pinned == [])
        #expect(
            folder.files(in: "models") == [
                ".lock", "aliases.json", "step-0001.json", "step-0002.json", "step-0002.safetensors",
                "step-0003.json", "step-0003.safetensors", "step-0004.json",
            ])
        #expect(throws: StorageError.staleModel(version: 1)) { try registry.activate(1) }
        #expect(throws: StorageError.noPreviousModel) { try registry.rollback() }
        try registry.forget([6])
        #expect(try registry.serving().version == ModelAliases.packaged)
        try registry.forget([])
        #expect(registry.versions(trainedOn: []) == [] && registry.nextVersion() == 5)
    }

    @Test("what began from a stale version is stale too, and nothing begins from it any more")
    func staleHeirs() throws {
        let generator = Data("generator".utf8)
        try test.add(1, gaits: [1], generator: generator)
        try test.add(2, gaits: [2], parent: 1, generator: generator)
        try test.add(3, gaits: [3], parent: 2, generator: generator)
        for version in 1...3 { _ = try registry.promote(version) }
        #expect(registry.versions(trainedOn: [2]) == [2, 3])
        try registry.forget([2])
        #expect(try registry.serving().version == 1)
        #expect(registry.newestGenerator() == folder.path("models/generator-0001.safetensors"))
        #expect(throws: StorageError.staleModel(version: 3)) { try test.add(4, gaits: [9], parent: 3) }
        try registry.forget([1])
        #expect(try registry.serving().version == ModelAliases.packaged)
        #expect(registry.newestGenerator() == nil)
    }

    @Test("a version whose gaits are found forgotten under the lock is not registered")
    func refusedUnderLock() throws {
        #expect(throws: StorageError.forgottenGaits(count: 2)) {
            try registry.add(TestRegistry.metadata(1), weights: TestRegistry.weights(1)) {
                () throws(StorageError) in throw .forgottenGaits(count: 2)
            }
        }
        #expect(registry.versions().isEmpty && registry.aliases().candidate == nil)
    }

    @Test("a registry that another process keeps locked is reported busy, and usable afterwards")
    func locked() throws {
        try FileManager.default.createDirectory(
            atPath: folder.path("models"), withIntermediateDirectories: true)
        let path = folder.path("models/.lock")
        let holder = open(path, O_RDWR | O_CREAT, 0o640)
        #expect(flock(holder, LOCK_EX) == 0)
        let folder = DurableFolder(path: folder.path("models"))
        #expect(throws: StorageError.busy(path: path, seconds: 0.1)) {
            try folder.locked(within: 0.1) { () throws(StorageError) in }
        }
        // While this one waits, the lock comes free.
        Thread.detachNewThread {
            usleep(100_000)
            close(holder)
        }
        try folder.locked(within: 60) { () throws(StorageError) in }
        try folder.locked(within: 60) { () throws(StorageError) in }
    }

    @Test("the newest whole generator is found")
    func generators() throws {
        #expect(registry.newestGenerator() == nil)
        try test.add(1, generator: Data("one".utf8))
        try test.add(2, generator: Data("two".utf8))
        try test.add(3)
        #expect(registry.newestGenerator() == folder.path("models/generator-0002.safetensors"))
        try damage("generator-0002.safetensors")
        #expect(registry.newestGenerator() == folder.path("models/generator-0001.safetensors"))
    }

    @Test("metadata says the same after it was written and read")
    func metadata() throws {
        let added = try #require(try test.add(1, generator: Data("one".utf8)).metadata)
        #expect(registry.versions() == [added])
        #expect(added.decision.figures == ["gain": 0.125] && added.seed == .max && added.parent == 0)
        #expect(added.generator == SHA256.hexadecimal(of: Data("one".utf8)))
    }
}

/// A loss of power at every operation on the disk in turn.
@Suite("Loss of power")
struct PowerLossTests {
    private struct PowerLost: Error {}

    @Test("at no operation is a model lost that was served, and the work can be done again afterwards")
    func everyOperation() throws {
        var operations = 0
        repeat {
            let folder = try TemporaryFolder()
            var test = try TestRegistry(in: folder)
            for version in 1...2 {
                try test.add(version)
                _ = try test.registry.promote(version)
            }
            let (left, done) = try work(&test, losingPowerAfter: operations)
            test.registry.folder.beforeOperation = nil

            let registry = try TestRegistry(in: folder).registry
            let serving = try registry.serving()
            #expect([2, 3].contains(serving.version), "after \(operations) operations: \(serving)")
            // What the journal does after a restart.
            try registry.forget([9])
            #expect(try registry.serving().version == 2, "after \(operations) operations")
            #expect(
                !folder.files(in: "models").contains {
                    $0.hasPrefix("generator-") || $0 == "step-0003.safetensors"
                })
            #expect(serving.sha256 == SHA256.hexadecimal(of: try TestRegistry.weights(serving.version)))
            try again(TestRegistry(in: folder))
            if left { #expect(done) }
            operations = left ? 0 : operations + 1
        } while operations > 0 && operations < 200
        #expect(operations == 0, "the work did not end within 200 operations")
    }

    /// A training's end: a version is registered, promoted, marked, and the old one removed.
    ///
    /// - Returns: whether operations were left over, and whether the work was done.
    private func work(_ test: inout TestRegistry, losingPowerAfter count: Int) throws -> (
        left: Bool, done: Bool
    ) {
        let passed = Counter()
        test.registry.folder.beforeOperation = { _ in
            guard passed.next() <= count else { throw PowerLost() }
        }
        do {
            try test.add(3, gaits: [9], generator: Data("generator".utf8))
            _ = try test.registry.promote(3)
            #expect(try test.registry.prune(keeping: 1) == [1])
            try test.registry.forget([9])
            return (passed.value <= count, true)
        } catch let error as StorageError {
            guard case .file(_, let reason) = error, reason.contains("PowerLost") else { throw error }
            return (false, false)
        }
    }

    /// What the program does after a restart.
    private func again(_ test: TestRegistry) throws {
        let version = test.registry.nextVersion()
        try test.add(version)
        #expect(try test.registry.promote(version).version == version)
        #expect(try test.registry.serving().version == version)
        let unfinished = try FileManager.default.contentsOfDirectory(atPath: test.registry.directory)
            .filter { $0.hasSuffix(".part") }
        #expect(unfinished.isEmpty)
    }

    private final class Counter: Sendable {
        private let count = Atomic<Int>(0)
        var value: Int { count.load(ordering: .relaxed) }
        func next() -> Int { count.add(1, ordering: .relaxed).newValue }
    }
}

extension TemporaryFolder {
    /// The names of a folder's files, sorted.
    fileprivate func files(in name: String) -> [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: path(name))) ?? []).sorted()
    }
}
