import Testing

@testable import GaitNode

@Suite("Source clock")
struct SourceClockTests {
    @Test("stamps in order are taken whatever the robot's clock shows")
    func inOrder() {
        var clock = SourceClock()
        for frame in 0..<100 {
            let time = Double(frame) / 30
            #expect(clock.read(stamp: 1e9 + time, arrival: 50 + time) == .inOrder(stamp: 1e9 + time))
        }
        #expect(abs(clock.offset - (50 - 1e9)) < 1e-3)
    }

    @Test("two messages of the same moment are both in order")
    func sameStamp() {
        var clock = SourceClock()
        _ = clock.read(stamp: 10, arrival: 0)
        #expect(clock.read(stamp: 10, arrival: 0.001) == .inOrder(stamp: 10))
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
        #expect(clock.read(stamp: 10 + seconds, arrival: 0.033) == .jumped(stamp: 10 + seconds))
        #expect(clock.read(stamp: 10.1 + seconds, arrival: 0.133) == .inOrder(stamp: 10.1 + seconds))
    }

    @Test("a pause of the source is not a jump of its clock")
    func pause() {
        var clock = SourceClock()
        _ = clock.read(stamp: 10, arrival: 0)
        #expect(clock.read(stamp: 70, arrival: 60.2) == .inOrder(stamp: 70))
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
