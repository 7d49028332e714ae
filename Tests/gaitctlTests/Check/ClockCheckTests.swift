import Foundation
import Gait
import Testing

@testable import gaitctl

@Suite("Clock and rate check")
struct ClockCheckTests {
    @Test(
        "stamps in another unit are told",
        arguments: [(1e3, "milliseconds"), (1e6, "microseconds"), (1e9, "nanoseconds")])
    func units(factor: Double, name: String) {
        for epoch in [1_700_000_000.0, 3600] {
            var stream = FaultyStream()
            stream.stamp = { time, _ in (epoch + time) * factor }
            let check = stream.check()
            #expect(check.texts("clock").contains("stamps are \(name)"), "\(check.text)")
        }
    }

    @Test("whole seconds, and stamps that run at another speed, are told")
    func speeds() {
        var whole = FaultyStream()
        whole.stamp = { time, _ in (1_700_000_000 + time).rounded(.down) }
        #expect(whole.check().texts("clock").contains("whole seconds"), "\(whole.check().text)")
        var counter = FaultyStream()
        counter.stamp = { time, _ in (time * 30).rounded() }
        #expect(counter.check().texts("clock").contains("stamps count frames"), "\(counter.check().text)")
        var slow = FaultyStream()
        slow.stamp = { time, _ in time / 7.5 }
        #expect(slow.check().texts("clock").contains("grow by 0.133 in a second"), "\(slow.check().text)")
    }

    @Test("another epoch is no fault")
    func epoch() {
        var stream = FaultyStream()
        stream.stamp = { time, _ in 77 + time }
        #expect(stream.check().faults == [])
    }

    @Test("jumps, late stamps, repeated stamps and steps are counted")
    func order() {
        var jump = FaultyStream()
        jump.stamp = { time, frame in time + (frame > 120 ? 60 : 0) }
        #expect(jump.check().texts("clock").contains("1 jumps of 5 s"), "\(jump.check().text)")
        var late = FaultyStream()
        late.stamp = { time, frame in time - (frame % 40 == 39 ? 0.2 : 0) }
        #expect(
            late.check().texts("clock").contains("6 stamps older than the previous one"),
            "\(late.check().text)")
        var repeated = FaultyStream()
        repeated.stamp = { time, frame in frame % 10 == 9 ? time - 1.0 / 30 : time }
        #expect(repeated.check().texts("clock").contains("stamps repeat the previous one"))
        var step = FaultyStream()
        step.stamp = { time, frame in time + (frame > 120 ? 2 : 0) }
        #expect(step.check().texts("clock").contains("1 steps of 0.5 s or more"), "\(step.check().text)")
    }

    @Test("stamps of uneven distance are told; frames that are left out are not")
    func jitter() {
        var generator = SeededGenerator(seed: 3)
        var jittered = FaultyStream()
        jittered.stamp = { time, _ in time + Double(generator.uniform(-0.012...0.012)) }
        #expect(jittered.check().texts("clock").contains("distances vary"), "\(jittered.check().text)")
        var dropped = FaultyStream()
        dropped.arrival = { time, frame in frame % 7 == 3 ? nil : time }
        #expect(dropped.check().faults == [], "\(dropped.check().text)")
    }

    @Test("a clock that drifts is told")
    func drift() {
        var stream = FaultyStream()
        stream.seconds = 10
        stream.stamp = { time, _ in 1000 + time * 0.99 }
        #expect(stream.check().texts("clock").contains("drifts by 10."), "\(stream.check().text)")
    }

    @Test("a network that stalls is no fault of the clock")
    func stall() {
        var stream = FaultyStream()
        // For 0.7 s nothing arrives, and then all that was sent.
        stream.arrival = { time, frame in
            (60..<80).contains(frame) ? 80.0 / 30 + Double(frame) * 1e-4 : time + 0.01
        }
        #expect(stream.check().faults == ["rate"], "\(stream.check().text)")
    }

    @Test("no stamps are allowed, some are a fault")
    func missing() {
        var none = FaultyStream()
        none.stamp = { _, _ in nil }
        #expect(none.check().faults == [])
        #expect(none.check().texts("clock").contains("no stamps; the arrival counts"))
        var some = FaultyStream()
        some.stamp = { time, frame in frame % 3 == 0 ? nil : time }
        #expect(some.check().texts("clock").contains("80 of 240 messages have no stamp"))
    }

    @Test("rates beyond 5 to 120 a second, gaps and few messages are told")
    func rates() {
        for (fps, advice) in [(3.0, "at least 5 frames"), (200, "at most 120 frames")] {
            var stream = FaultyStream()
            stream.fps = fps
            #expect(stream.check().texts("rate").contains(advice), "\(stream.check().text)")
        }
        var gaps = FaultyStream()
        gaps.arrival = { time, frame in (60..<80).contains(frame) ? nil : time }
        #expect(gaps.check().texts("rate").contains("1 gaps of more than 0.3 s"), "\(gaps.check().text)")
        var few = FaultyStream()
        few.seconds = 0.1
        #expect(few.check().texts("rate").contains("only 3 messages"))
    }
}
