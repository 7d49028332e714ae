import Foundation
import Testing

@testable import Recognition

/// Frames of robots with all kinds of clocks, through frame time and source clock.
@Suite("Robots' clocks")
struct FrameTimeTests {
    /// What became of a source's frames.
    private struct Source {
        var frameTime = FrameTime()
        var clock = SourceClock()
        var inOrder = 0
        var late = 0
        var jumps = 0
        /// The readings' stamps since the last jump.
        var stamps: [Double] = []

        mutating func read(_ stamp: Double?, at arrival: Double, wall: Double = 1.7e9) {
            let time = frameTime.time(stamp: stamp, arrival: arrival, wallClock: wall + arrival, clock: clock)
            switch clock.read(stamp: time, arrival: arrival) {
            case .inOrder, .repeated:
                inOrder += 1
                stamps.append(time)
            case .late:
                late += 1
            case .jumped:
                jumps += 1
                stamps = [time]
            }
        }

        /// Reads frames at 30 Hz.
        ///
        /// - Parameters:
        ///   - start: When the first arrives.
        ///   - stamp: Of a frame, by the seconds since the first.
        mutating func run(from start: Double = 50, seconds: Double, _ stamp: (Double) -> Double?) {
            for frame in 0..<Int((seconds * 30).rounded()) {
                let time = Double(frame) / 30
                read(stamp(time), at: start + time + (frame % 3 == 0 ? 0.002 : 0.02))
            }
        }

        /// A source whose frames were read at 30 Hz.
        static func run(seconds: Double, _ stamp: (Double) -> Double?) -> Source {
            var source = Source()
            source.run(seconds: seconds, stamp)
            return source
        }

        /// Whether the frames since the last jump are 30 a second of the person's own time.
        func areEven(rate: Double = 1) -> Bool {
            zip(stamps, stamps.dropFirst()).allSatisfy { abs($1 - $0 - rate / 30) < 0.03 * rate }
        }
    }

    @Test("simulated time that begins at zero is a clock like any other")
    func simulatedTime() {
        let source = Source.run(seconds: 60) { $0 }
        #expect(source.inOrder == 1800 && source.areEven() && source.frameTime.isUsable)
    }

    /// What no clock shows: frames, whole and half seconds, and seconds since 1970 in other units.
    static let counters: [@Sendable (Double) -> Double] = [
        { ($0 * 30).rounded() }, { (1.7e9 + $0).rounded(.down) }, { ($0 * 2).rounded(.down) / 2 },
        { (1.7e9 + $0) * 1e3 }, { (1.7e9 + $0) * 1e9 },
    ]

    @Test("stamps that are counters or in other units give way to the arrival", arguments: counters.indices)
    func givesWay(index: Int) {
        let source = Source.run(seconds: 60) { Self.counters[index]($0) }
        #expect(!source.frameTime.isUsable)
        // After the first second every frame is in its place.
        #expect(source.stamps.count > 1740 && source.areEven())
    }

    @Test("without stamps the arrival counts, in the wall clock's time")
    func noStamps() {
        let source = Source.run(seconds: 60) { _ in nil }
        #expect(source.inOrder == 1800 && source.areEven())
        #expect(abs((source.stamps.first ?? 0) - 1.7e9 - 50) < 0.1)
    }

    @Test("a correction of our own wall clock does not touch frames without stamps, a new time does once")
    func wallClockSteps() {
        var source = Source()
        for (wall, start) in [(1.7e9, 0.0), (1.7e9 - 2, 1), (1.7e9 + 3, 2), (1.7e9 + 3600, 3)] {
            for frame in 0..<30 { source.read(nil, at: start + Double(frame) / 30, wall: wall) }
        }
        #expect(source.late == 0 && source.jumps == 1)
    }

    @Test("a stamp that is never set, or stands still, gives way to the arrival", arguments: [0.0, 1234.5])
    func standstill(stamp: Double) {
        let source = Source.run(seconds: 20) { _ in stamp }
        #expect(!source.frameTime.isUsable)
        #expect(source.jumps == 1 && source.late == 0)
        #expect(source.stamps.count > 18 * 30 && source.areEven())
    }

    @Test("milli-, micro- and nanoseconds give way to the arrival", arguments: [1e3, 1e6, 1e9])
    func otherUnits(perSecond: Double) {
        let source = Source.run(seconds: 20) { (5 + $0) * perSecond }
        #expect(!source.frameTime.isUsable)
        #expect(source.jumps <= FrameTime.badSteps + 1)
        #expect(source.stamps.count > 19 * 30 && source.areEven())
    }

    @Test("a clock that drifts by a hundredth either way is followed for an hour", arguments: [0.99, 1.01])
    func drift(rate: Double) {
        let source = Source.run(seconds: 3600) { 1e9 + rate * $0 }
        #expect(source.inOrder == 108_000 && source.frameTime.isUsable)
        #expect(abs(source.clock.offset - (50 + 3600 - 1e9 - rate * 3600)) < 0.5)
    }

    @Test("a recording that is played slowly or fast is in order", arguments: [0.1, 0.5, 2, 10])
    func playbackRate(rate: Double) {
        let source = Source.run(seconds: 600) { 1e9 + rate * $0 }
        #expect(source.inOrder == 18_000 && source.areEven(rate: rate))
        #expect(
            abs(source.clock.offset - (650 - 1e9 - rate * 600)) < 2 * SourceClock.span * abs(1 - rate) + 0.1)
    }

    @Test("a recording that is paused goes on, and its offset is known soon after")
    func pause() {
        var source = Source()
        source.run(from: 50, seconds: 30) { 1e9 + $0 }
        source.run(from: 180, seconds: 30) { 1e9 + 30 + $0 }
        #expect(source.inOrder == 1800)
        #expect(abs(source.clock.offset - (150 - 1e9)) < 0.1)
    }

    @Test("a looped recording begins again each time, however short it is", arguments: [3.0, 4, 20])
    func loop(length: Double) {
        let source = Source.run(seconds: 10 * length) { 1e9 + $0.truncatingRemainder(dividingBy: length) }
        #expect(source.jumps == 9 && source.frameTime.isUsable)
        let lost = length < SourceClock.jump ? 9 * SourceClock.patience * 30 + 9 : 0
        #expect(Double(source.late) <= lost)
    }

    @Test("a clock that is put back loses a second at most", arguments: [0.2, 0.8, 1.5, 3, 4.9, 5.1, 3600])
    func stepBack(seconds: Double) {
        let source = Source.run(seconds: 20) { 1e9 + ($0 < 10 ? $0 : $0 - seconds) }
        #expect(source.late <= 31)
        #expect(source.jumps == (seconds < 1 ? 0 : 1))
        #expect(source.stamps.count >= 30 * 8 && source.frameTime.isUsable)
    }

    @Test("a clock that is put forward loses only what was buffered", arguments: [0.2, 3, 10, 1e9])
    func stepForward(seconds: Double) {
        let source = Source.run(seconds: 20) { 1e6 + ($0 < 10 ? $0 : $0 + seconds) }
        #expect(source.late == 0 && source.frameTime.isUsable)
        #expect(source.jumps == (seconds < 5 ? 0 : 1))
    }

    @Test("frames that lack a stamp among others have the time that their arrival tells")
    func someStamps() {
        let source = Source.run(seconds: 20) { Int($0 * 30 + 0.5) % 4 == 1 ? nil : 1000 + $0 }
        #expect(source.jumps == 0 && source.late < 30)
        #expect(source.stamps.allSatisfy { (1000...1020.1).contains($0) })
    }

    @Test("stamps that become a time are used again")
    func recovery() {
        var source = Source()
        source.run(from: 50, seconds: 5) { _ in 0 }
        #expect(!source.frameTime.isUsable)
        source.run(from: 55, seconds: 10) { 100 + $0 }
        #expect(source.frameTime.isUsable && source.jumps == 2)
        #expect(abs((source.stamps.last ?? 0) - 110) < 0.1)
    }

    @Test("frames that arrive together, and several messages of one moment, are in order")
    func bursts() {
        var source = Source()
        for frame in 0..<300 {
            // Five frames at a time; each in two messages, one for each person.
            let arrival = Double(frame / 5) / 6 + Double(frame % 5) * 1e-4
            source.read(2000 + Double(frame) / 30, at: arrival)
            source.read(2000 + Double(frame) / 30, at: arrival + 5e-5)
        }
        #expect(source.inOrder == 600 && source.frameTime.isUsable)
    }
}

@Suite("Source clock")
struct SourceClockTests {
    /// The clock of a source whose first frame had the stamp 10 and arrived at 0.
    private var clock = SourceClock()

    init() { _ = clock.read(stamp: 10, arrival: 0) }

    @Test("the clock takes stamps in order at any time of the robot's clock")
    func inOrder() {
        var clock = SourceClock()
        for frame in 0..<100 {
            let time = Double(frame) / 30
            #expect(clock.read(stamp: 1e9 + time, arrival: 50 + time) == .inOrder)
        }
        #expect(abs(clock.offset - (50 - 1e9)) < 1e-3)
    }

    @Test("two messages of the same moment are both in order")
    mutating func sameStamp() {
        #expect(clock.read(stamp: 10, arrival: 0.001) == .repeated)
    }

    @Test("what is out of order by less than five seconds is late, and does not move the newest stamp")
    mutating func late() {
        #expect(clock.read(stamp: 5.1, arrival: 0.03) == .late)
        #expect(clock.read(stamp: 9.9, arrival: 0.06) == .late)
        #expect(clock.newest == 10)
    }

    @Test("five seconds or more out of order either way is a jump", arguments: [-3600.0, -5, 5.1, 1e9])
    mutating func jump(by seconds: Double) {
        #expect(clock.read(stamp: 10 + seconds, arrival: 0.033) == .jumped)
        #expect(clock.read(stamp: 10.1 + seconds, arrival: 0.133) == .inOrder)
    }

    @Test("late frames alone for a second are a clock that was put back")
    mutating func putBack() {
        #expect(clock.read(stamp: 7, arrival: 0.1) == .late)
        #expect(clock.read(stamp: 7.9, arrival: 1) == .late)
        #expect(clock.read(stamp: 8, arrival: 1.1) == .jumped)
        #expect(clock.read(stamp: 8.1, arrival: 1.2) == .inOrder)
        // Among frames in order late ones stay late.
        for tenth in 0..<50 {
            let time = Double(tenth) / 10
            #expect(clock.read(stamp: 10 + time, arrival: 3 + time) == .inOrder)
            #expect(clock.read(stamp: 9 + time, arrival: 3.05 + time) == .late)
        }
    }

    @Test("the time of an arrival follows from the offset, and is not before the newest frame")
    func timeOfArrival() {
        #expect(SourceClock().stamp(at: 5) == nil)
        #expect(clock.stamp(at: 0.5) == 10.5)
        #expect(clock.stamp(at: -1) == 10)
    }

    @Test("a pause of the source is not a jump of its clock")
    mutating func pause() {
        #expect(clock.read(stamp: 70, arrival: 60.2) == .inOrder)
    }

    @Test("the offset follows the fastest frames, and a clock that runs slow")
    func drift() {
        var clock = SourceClock()
        for second in 0..<1000 {
            let delay = second.isMultiple(of: 10) ? 0.01 : 0.2
            let time = Double(second)
            _ = clock.read(stamp: time * 0.9999, arrival: time + delay)
        }
        #expect(abs(clock.offset - (999 * 1e-4 + 0.01)) < 0.02)
    }
}
