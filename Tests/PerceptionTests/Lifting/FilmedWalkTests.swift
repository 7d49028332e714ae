import Foundation
import TestSupport
import Testing

@testable import Perception

@Suite("Mannequins' poses beside the truth", .enabled(if: SharedData.isThere), .serialized)
struct FilmedWalkTests {
    private static let isLong = ProcessInfo.processInfo.environment["GAITD_LONG_TESTS"] != nil

    /// The mean distance that is allowed from a side, meters.
    private func limit(_ side: Double) -> Double { abs(side - 180) < 60 ? 0.14 : 0.095 }

    @Test(
        "are near it after one similarity, at the stride's frequency, and left is left",
        arguments: [(0.0, UInt64(3)), (90, 2), (180, 1)])
    func short(side: Double, seed: UInt64) throws {
        let networks = try PoseNetworks(in: SharedData.modelFolder)
        let walk = FilmedWalk(side: side, distance: 4, isOnTreadmill: true, seed: seed, seconds: 2.2)
        let figures = try #require(try walk.figures(networks))
        #expect(figures.found > 0.95 && figures.numbers == 1)
        #expect(figures.error < limit(side), "\(figures)")
        #expect(figures.longestSwap <= 3, "\(figures)")
        // Two strides from behind, where feet hide how far apart they are, give no frequency to 3 %.
        let tolerance = side == 180 ? 0.06 : 0.03
        #expect(abs(figures.strideFrequency / walk.strideFrequency - 1) < tolerance, "\(figures)")
    }

    @Test(
        "are near it from eight sides at two to six meters, most people's",
        .enabled(if: isLong, "GAITD_LONG_TESTS is not set"),
        arguments: (0..<8).map { 45 * Double($0) })
    func long(side: Double) throws {
        let networks = try PoseNetworks(in: SharedData.modelFolder)
        var figures: [WalkFigures] = []
        var deviations: [Double] = []
        for distance in [2.5, 4, 6] {
            for seed in UInt64(1)...5 {
                let walk = FilmedWalk(
                    side: side, distance: distance, isOnTreadmill: distance != 4, seed: seed, seconds: 3)
                let found = try #require(try walk.figures(networks))
                print("side \(side) distance \(distance) seed \(seed): \(found)")
                figures.append(found)
                deviations.append(abs(found.strideFrequency / walk.strideFrequency - 1))
            }
        }
        func median<Value: Comparable>(_ values: [Value]) -> Value { values.sorted()[values.count / 2] }
        #expect(figures.allSatisfy { $0.found > 0.95 && $0.numbers == 1 })
        #expect(median(figures.map(\.error)) < limit(side))
        #expect(median(figures.map(\.longestSwap)) <= 3)
        #expect(median(deviations) < 0.03)
    }
}
