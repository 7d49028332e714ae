import Messaging
import Testing

@testable import gaitctl

@Suite("Frame schedule")
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
