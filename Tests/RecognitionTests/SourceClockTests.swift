import Testing

@testable import Recognition

struct SourceClockTests {
    @Test("stamps in order are taken whatever the robot's clock shows")
    func inOrder() {
        var clock = SourceClock()
        for frame in 0..<100 {
            let time = Double(frame) / 30
            #expect(clock.read(stamp: 1e9 + time, arrival: 50 + time) == .inOrder)
        }
        #expect(abs(clock.offset - (50 - 1e9)) < 1e-3)
    }

    @Test("two messages of the same moment are both in order")
    func sameStamp() {
        var clock = SourceClock()
        _ = clock.read(stamp: 10, arrival: 0)
        #expect(clock.read(stamp: 10, arrival: 0.001) == .inOrder)
    }

    @Test("what is out of order by less than five seconds is late, and does not move the newest stamp")
    func late() {
        var clock = SourceClock()
        _ = clock.read(stamp: 10, arrival: 0)
        #expect(clock.read(stamp: 5.1, arrival: 0.03) == .late)
        #expect(clock.read(stamp: 9.9, arrival: 0.06) == .late)
        #expect(clock.newest == 10)
    }

    @Test("five seconds or more out of order either way is a jump", arguments: [-3600.0, -5, 5.1, 1e9])
    func jump(by seconds: Double) {
        var clock = SourceClock()
        _ = clock.read(stamp: 10, arrival: 0)
        #expect(clock.read(stamp: 10 + seconds, arrival: 0.033) == .jumped)
        #expect(clock.read(stamp: 10.1 + seconds, arrival: 0.133) == .inOrder)
    }

    @Test("late frames alone for a second are a clock that was put back")
    func putBack() {
        var clock = SourceClock()
        _ = clock.read(stamp: 10, arrival: 0)
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
    func timeOfArrival() throws {
        var clock = SourceClock()
        #expect(clock.stamp(at: 5) == nil)
        _ = clock.read(stamp: 10, arrival: 0)
        #expect(clock.stamp(at: 0.5) == 10.5)
        #expect(clock.stamp(at: -1) == 10)
    }

    @Test("a pause of the source is not a jump of its clock")
    func pause() {
        var clock = SourceClock()
        _ = clock.read(stamp: 10, arrival: 0)
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
