import Gait
import Testing

@testable import gaitctl

@Suite("Clock and rate check")
struct ClockCheckTests {
    @Test(
        "the check reports stamps in another unit",
        arguments: [(1e3, "milliseconds"), (1e6, "microseconds"), (1e9, "nanoseconds")])
    func units(factor: Double, name: String) {
        for epoch in [1_700_000_000.0, 3600] {
            expectText("clock", "stamps are \(name)") { $0.stamp = { time, _ in (epoch + time) * factor } }
        }
    }

    @Test("the check reports whole seconds, and stamps that run at another speed")
    func speeds() {
        expectText("clock", "whole seconds") {
            $0.stamp = { time, _ in (1_700_000_000 + time).rounded(.down) }
        }
        expectText("clock", "stamps count frames") { $0.stamp = { time, _ in (time * 30).rounded() } }
        expectText("clock", "grow by 0.133 in a second") { $0.stamp = { time, _ in time / 7.5 } }
    }

    @Test("another epoch is no fault")
    func epoch() {
        expectFaults([]) { $0.stamp = { time, _ in 77 + time } }
    }

    @Test("jumps, late stamps, repeated stamps and steps are counted")
    func order() {
        expectText("clock", "1 jumps of 5 s") { $0.stamp = { time, frame in time + (frame > 120 ? 60 : 0) } }
        expectText("clock", "6 stamps older than the previous one") {
            $0.stamp = { time, frame in time - (frame % 40 == 39 ? 0.2 : 0) }
        }
        expectText("clock", "stamps repeat the previous one") {
            $0.stamp = { time, frame in frame % 10 == 9 ? time - 1.0 / 30 : time }
        }
        expectText("clock", "1 steps of 0.5 s or more") {
            $0.stamp = { time, frame in time + (frame > 120 ? 2 : 0) }
        }
    }

    @Test("the check reports stamps of uneven distance, but not frames that are left out")
    func jitter() {
        var generator = SeededGenerator(seed: 3)
        expectText("clock", "distances vary") {
            $0.stamp = { time, _ in time + Double(generator.uniform(-0.012...0.012)) }
        }
        expectFaults([]) { $0.arrival = { time, frame in frame % 7 == 3 ? nil : time } }
    }

    @Test("the check reports a clock that drifts")
    func drift() {
        expectText("clock", "drifts by 10.") {
            $0.seconds = 10
            $0.stamp = { time, _ in 1000 + time * 0.99 }
        }
    }

    @Test("a network that stalls is no fault of the clock")
    func stall() {
        expectFaults(["rate"]) {
            // For 0.7 s nothing arrives, and then all that was sent.
            $0.arrival = { time, frame in
                (60..<80).contains(frame) ? 80.0 / 30 + Double(frame) * 1e-4 : time + 0.01
            }
        }
    }

    @Test("no stamps are allowed, some are a fault")
    func missing() {
        let none = expectFaults([]) { $0.stamp = { _, _ in nil } }
        #expect(none.texts("clock").contains("no stamps; the arrival counts"))
        expectText("clock", "80 of 240 messages have no stamp") {
            $0.stamp = { time, frame in frame % 3 == 0 ? nil : time }
        }
    }

    @Test("the check reports rates beyond 5 to 120 a second, gaps and few messages")
    func rates() {
        for (fps, advice) in [(3.0, "at least 5 frames"), (200, "at most 120 frames")] {
            expectText("rate", advice) { $0.fps = fps }
        }
        expectText("rate", "1 gaps of more than 0.3 s") {
            $0.arrival = { time, frame in (60..<80).contains(frame) ? nil : time }
        }
        expectText("rate", "only 3 messages") { $0.seconds = 0.1 }
    }
}
