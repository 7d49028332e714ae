import Foundation
import TestSupport
import Testing

@testable import Perception

@Suite("Mannequins who cross", .enabled(if: SharedData.isThere), .serialized)
struct CrossingSceneTests {
    private static let isLong = ProcessInfo.processInfo.environment["GAITD_LONG_TESTS"] != nil

    /// Whether both had a number of their own and have it still.
    private func keepNumbers(_ seed: UInt64, _ networks: PoseNetworks) throws -> Bool {
        let numbers = try CrossingScene(seed: seed).numbers(networks)
        return !numbers.before.contains(nil) && Set(numbers.before).count == 2
            && numbers.after == numbers.before
    }

    @Test("keep their numbers", arguments: [UInt64(2), 8])
    func short(seed: UInt64) throws {
        #expect(try keepNumbers(seed, PoseNetworks(in: SharedData.modelFolder)))
    }

    @Test(
        "keep their numbers in eight of ten scenes, of whatever seeds",
        .enabled(if: isLong, "GAITD_LONG_TESTS is not set"), arguments: [UInt64(0), 100, 200])
    func long(first: UInt64) throws {
        let networks = try PoseNetworks(in: SharedData.modelFolder)
        let kept = try (first..<first + 10).map { try keepNumbers($0, networks) }
        #expect(kept.count { $0 } >= 8, "\(kept)")
    }
}
