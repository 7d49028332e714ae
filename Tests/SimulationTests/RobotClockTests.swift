import Simulation
import Testing

@Suite("Robot clock")
struct RobotClockTests {
    @Test("by default it is the wall clock")
    func wallClock() {
        #expect(RobotClock().stamp(start: 1e9, elapsed: 2.5) == 1e9 + 2.5)
    }

    @Test("it may begin near zero, and drift")
    func offsetAndDrift() {
        let clock = RobotClock(offset: -1e9, drift: 10_000)
        #expect(clock.stamp(start: 1e9 + 3, elapsed: 0) == 3)
        #expect(clock.stamp(start: 1e9 + 3, elapsed: 100) == 104)
        #expect(RobotClock(offset: -2e9).stamp(start: 1e9, elapsed: 1) == 0)
    }

    @Test("a robot may send no stamps")
    func none() {
        #expect(RobotClock(isSent: false).stamp(start: 1e9, elapsed: 1) == nil)
    }
}
