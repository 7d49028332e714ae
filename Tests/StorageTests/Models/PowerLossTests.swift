import Foundation
import NeuralNetwork
import Synchronization
import TestSupport
import Testing

@testable import Storage

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
            #expect(serving.sha256 == SHA256.hexadecimal(of: try TestRegistry.weights(serving.version)))
            #expect(registry.damagedVersions().allSatisfy { $0 == 3 || $0 == 1 })
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
            try test.add(3, generator: Data("generator".utf8))
            _ = try test.registry.promote(3)
            try test.registry.markStale(gaits: [1])
            #expect(try test.registry.prune(keeping: 1) == [1])
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
