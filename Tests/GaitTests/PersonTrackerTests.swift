import Foundation
import Testing

@testable import Gait

struct PersonTrackerTests {
    /// A tracker and the numbers that it gives.
    private struct Room {
        var tracker = PersonTracker(timeout: 3)
        var given = 0

        /// The numbers of people at these places, at a time in seconds.
        mutating func see(_ places: [SIMD2<Float>], at time: Double) -> [Int?] {
            tracker.follow(places, stamp: time, arrival: time) {
                given += 1
                return given
            }
            return tracker.numbers
        }
    }

    /// Follows people along their ways, with noise, in a shuffled order, and expects each to keep a number.
    ///
    /// - Parameter ways: each person's place at a time; nil where the person is hidden.
    private func expectKept(
        _ ways: [(Double) -> SIMD2<Float>?], rate: Double, seconds: Double, noise: Float = 0.02,
        seed: UInt64 = 1, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        var generator = SeededGenerator(seed: seed)
        var room = Room()
        var numbers = [Int?](repeating: nil, count: ways.count)
        for frame in 0..<Int(seconds * rate) {
            let time = Double(frame) / rate
            var seen: [(person: Int, place: SIMD2<Float>)] = []
            for (person, way) in ways.enumerated() {
                guard let place = way(time) else { continue }
                seen.append((person, place + noise * SIMD2(generator.normal(), generator.normal())))
            }
            seen.shuffle(using: &generator)
            let found = room.see(seen.map(\.place), at: time)
            for (index, number) in found.enumerated() {
                let person = seen[index].person
                // Sightings in nearly one place cannot be told apart, and need not be until they part.
                let isAlone = seen.allSatisfy { other in
                    let offset = other.place - seen[index].place
                    return other.person == person || (offset * offset).sum() > 0.15 * 0.15
                }
                guard isAlone else { continue }
                if let known = numbers[person], known != number {
                    Issue.record(
                        "\(person) became \(number ?? -1) at \(time) s", sourceLocation: sourceLocation)
                    return
                }
                numbers[person] = number
            }
        }
        #expect(room.given == ways.count, sourceLocation: sourceLocation)
        #expect(Set(numbers).count == ways.count, sourceLocation: sourceLocation)
    }

    private static let rates = [10.0, 15, 30, 60]

    @Test("people keep their numbers side by side, half a meter apart", arguments: rates)
    func sideBySide(rate: Double) {
        expectKept(
            (0..<4).map { person in
                { time in SIMD2(0.5 * Float(person), 1.2 * Float(time) + 0.05 * Float(sin(12 * time))) }
            }, rate: rate, seconds: 8)
    }

    @Test("people who cross keep their numbers, as their velocities tell them apart", arguments: rates)
    func crossing(rate: Double) {
        for seed in 1...5 as ClosedRange<UInt64> {
            // Head on, a hand's breadth apart; and at right angles through the same point.
            expectKept(
                [
                    { SIMD2(0.05, -3 + 1.2 * Float($0)) }, { SIMD2(-0.05, 3 - 1.4 * Float($0)) },
                ], rate: rate, seconds: 5, seed: seed)
            expectKept(
                [
                    { SIMD2(0, -3 + 1.2 * Float($0)) }, { SIMD2(-3 + 1.2 * Float($0), 0) },
                ], rate: rate, seconds: 5, seed: seed)
        }
    }

    @Test("people who hide each other while they cross keep their numbers", arguments: [10.0, 30])
    func occlusion(rate: Double) {
        expectKept(
            [
                { SIMD2(0.1, -3 + 1.2 * Float($0)) },
                { abs($0 - 2.4) < 0.3 ? nil : SIMD2(-0.1, 3 - 1.3 * Float($0)) },
            ], rate: rate, seconds: 5)
    }

    @Test("a runner of 3 m/s is one person from the first frame on", arguments: [10.0, 30])
    func runner(rate: Double) {
        expectKept([{ SIMD2(3 * Float($0), 0) }], rate: rate, seconds: 4)
    }

    @Test(
        "a new person half a meter beside one who has just gone gets another number", arguments: [10.0, 30])
    func newcomer(rate: Double) {
        var room = Room()
        for frame in 0..<20 { #expect(room.see([SIMD2(0, 0)], at: Double(frame) / rate) == [1]) }
        #expect(room.see([SIMD2(0.5, 0)], at: 20 / rate) == [2])
    }

    @Test("one long unseen does not take the sighting of one in view")
    func longUnseen() {
        var room = Room()
        for frame in 0..<30 {
            #expect(room.see([SIMD2(0, 0), SIMD2(1, 0)], at: Double(frame) / 30) == [1, 2])
        }
        // The first is hidden; the second walks past where the first was.
        for frame in 30..<90 {
            let x = 1 - Float(frame - 30) / 30
            #expect(room.see([SIMD2(x, 0.05)], at: Double(frame) / 30) == [2])
        }
    }

    @Test("a person who comes back within the timeout is the same, and later another")
    func timeout() {
        var room = Room()
        #expect(room.see([.zero], at: 0) == [1])
        #expect(room.see([.zero], at: 0.1) == [1])
        #expect(room.see([], at: 2) == [])
        #expect(room.see([.zero], at: 3) == [1])
        #expect(room.see([.zero], at: 6.1) == [2])
        room.tracker.forget(2)
        #expect(room.see([.zero], at: 6.2) == [3])
    }

    @Test("there is no place for more people than the tracker holds")
    func full() {
        var room = Room()
        let crowd = (0...PersonTracker.maximumPeople).map { SIMD2(Float($0), 0) }
        let numbers = room.see(crowd, at: 0)
        #expect(numbers.count == crowd.count && numbers.last == .some(nil))
        #expect(numbers.dropLast().allSatisfy { $0 != nil })
    }

    @Test("a clock that jumps, stands still or runs in milliseconds does not lose anybody")
    func clocks() {
        for stamp in [
            { $0 < 2 ? $0 : $0 - 3 }, { $0 < 2 ? $0 : $0 + 1e9 }, { _ in 0 }, { $0 * 1000 }, { -$0 },
        ] as [(Double) -> Double] {
            var tracker = PersonTracker(timeout: 3)
            var given = 0
            for frame in 0..<150 {
                let time = Double(frame) / 30
                tracker.follow([SIMD2(1.2 * Float(time), 0)], stamp: stamp(time), arrival: time) {
                    given += 1
                    return given
                }
                #expect(tracker.numbers == [1])
            }
        }
    }
}
