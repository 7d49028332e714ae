import TestSupport
import Testing

@testable import Perception

@Suite("Two people who cross")
struct EncounterTests {
    /// Walks two people past each other and says whose number each has in the end; the first one is in front.
    ///
    /// - Parameter ways: how far each is right of the middle in a frame from -60 to 60, pixels.
    private func numbersAfterwards(
        colors: (UInt8, UInt8), ways: (Float) -> (Float, Float)
    ) -> (before: [Int?], after: [Int?]) {
        var scene = DrawnScene()
        var (before, after): ([Int?], [Int?]) = ([], [])
        for frame in -60...60 {
            let ways = ways(Float(frame))
            let front = DrawnBody(place: SIMD2(640 + ways.0, 410), height: 220)
            let back = DrawnBody(place: SIMD2(640 + ways.1, 400), height: 200)
            let seen = scene.show([(front, colors.0), (back, colors.1)])
            let numbers = [front, back].map { body in seen.first { $0.value == body.place }?.key }
            if frame == -30 { before = numbers }
            if frame == 60 { after = numbers }
        }
        return (before, after)
    }

    @Test(
        "keep their numbers, dressed alike or not",
        arguments: [(Float(5), Float(-5)), (-4, 6), (7, 3), (-7, -3), (5, 0.5), (0.5, 5)],
        [(UInt8(200), UInt8(200)), (40, 200)])
    func crossing(speeds: (Float, Float), colors: (UInt8, UInt8)) {
        let numbers = numbersAfterwards(colors: colors) { (speeds.0 * $0, speeds.1 * $0) }
        #expect(Set(numbers.before) == [1, 2])
        #expect(numbers.after == numbers.before)
    }

    @Test("are told apart by their clothes where they turn back")
    func turningBack() {
        let numbers = numbersAfterwards(colors: (40, 200)) { (5 * abs($0), -5 * abs($0)) }
        #expect(Set(numbers.before) == [1, 2])
        #expect(numbers.after == numbers.before)
    }
}

@Suite("Mannequins who cross", .sharedData, .serialized)
struct CrossingSceneTests {
    /// Whether both had a number of their own and have it still.
    private func keepNumbers(_ seed: UInt64, _ networks: PoseNetworks) throws -> Bool {
        let numbers = try CrossingScene(seed: seed).numbers(networks)
        return !numbers.before.contains(nil) && Set(numbers.before).count == 2
            && numbers.after == numbers.before
    }

    @Test("keep their numbers", arguments: [UInt64(2), 8])
    func short(seed: UInt64) throws {
        #expect(try keepNumbers(seed, PoseNetworks(in: SharedData.models)))
    }

    @Test(
        "keep their numbers in eight of ten scenes of any seeds",
        .enabled(if: FuzzedProcess.isLong, "GAITD_LONG_TESTS is not set"), arguments: [UInt64(0), 100, 200])
    func long(first: UInt64) throws {
        let networks = try PoseNetworks(in: SharedData.models)
        let kept = try (first..<first + 10).map { try keepNumbers($0, networks) }
        #expect(kept.count { $0 } >= 8, "\(kept)")
    }
}
