import Messaging
import Testing

@testable import gaitctl

struct FrameScheduleTests {
    private let schedule = FrameSchedule(start: Arrival(wallClock: 1e9, monotonic: 100), rate: 30)

    @Test("after a day the frames are still at exact multiples of the period")
    func noDrift() {
        let day = 30 * 86_400
        #expect(schedule.time(of: day) == 86_400)
        #expect(schedule.stamp(of: day + 15) == 1e9 + 86_400.5)
    }

    @Test("the newest frame is the last that is due")
    func newest() {
        #expect(schedule.newest(at: 100) == 0)
        #expect(schedule.newest(at: 100.99) == 29)
        #expect(schedule.newest(at: 99.9) < 0)
    }

    @Test("a frame that is past is due at once")
    func past() {
        #expect(schedule.wait(for: 1))
    }
}

struct ReplayPaceTests {
    @Test("messages are due at the recording's time by the rate")
    func due() {
        #expect(ReplayPace(rate: 1, start: 100).due(3) == 103)
        #expect(ReplayPace(rate: 4, start: 100).due(8) == 102)
    }

    @Test("small delays are caught up with; after a long absence the rest moves")
    func absence() {
        var pace = ReplayPace(rate: 1, start: 0)
        pace.catchUp(at: 5, now: 5.9)
        #expect(pace.due(6) == 6)
        pace.catchUp(at: 6, now: 66)
        #expect(abs(pace.due(7) - 67) < 1e-9)
    }
}
