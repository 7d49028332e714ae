import Testing

@testable import Perception

@Suite("Two people who cross")
struct EncounterTests {
    /// Walks two people past each other and says whose number each has in the end; the first one is in front.
    private func numbersAfterwards(
        speeds: (Float, Float), colors: (UInt8, UInt8), heights: (Float, Float) = (220, 200)
    ) -> (before: [Int?], after: [Int?]) {
        var scene = DrawnScene()
        var (before, after): ([Int?], [Int?]) = ([], [])
        for frame in -60...60 {
            let front = DrawnBody(place: SIMD2(640 + speeds.0 * Float(frame), 410), height: heights.0)
            let back = DrawnBody(place: SIMD2(640 + speeds.1 * Float(frame), 400), height: heights.1)
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
        let numbers = numbersAfterwards(speeds: speeds, colors: colors)
        #expect(Set(numbers.before) == [1, 2])
        #expect(numbers.after == numbers.before)
    }

    @Test("are told apart by their clothes where they turn back")
    func turningBack() {
        var scene = DrawnScene()
        var (before, after): ([Int?], [Int?]) = ([], [])
        for frame in -60...60 {
            let way = 5 * Float(abs(frame))
            let front = DrawnBody(place: SIMD2(640 + way, 410), height: 220)
            let back = DrawnBody(place: SIMD2(640 - way, 400))
            let seen = scene.show([(front, 40), (back, 200)])
            let numbers = [front, back].map { body in seen.first { $0.value == body.place }?.key }
            if frame == -30 { before = numbers }
            if frame == 60 { after = numbers }
        }
        #expect(Set(before) == [1, 2])
        #expect(after == before)
    }
}
