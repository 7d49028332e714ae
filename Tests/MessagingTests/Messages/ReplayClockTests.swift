import Messaging
import Testing

@Suite("Replay clock")
struct ReplayClockTests {
    private func stamps(_ clock: ReplayClock, _ recorded: [Double], passes: Int) -> [Double] {
        var clock = clock
        return (0..<passes).flatMap { pass -> [Double] in
            clock.pass = pass
            return recorded.map { stamp in
                var payload = Array(#"{"stamp":\#(stamp)}"#.utf8)
                clock.move(&payload, on: "robots/r1/skeletons", now: 5000)
                var reader = SkeletonStamp()
                return reader.find(in: payload)?.seconds ?? .nan
            }
        }
    }

    @Test("stamps stay in the first pass and go on evenly in the next ones")
    func passes() {
        #expect(
            stamps(ReplayClock(restamps: false), [10, 10.5, 11], passes: 3)
                == [10, 10.5, 11, 11.5, 12, 12.5, 13, 13.5, 14])
    }

    @Test("restamped, the first one is now")
    func now() {
        #expect(
            stamps(ReplayClock(restamps: true), [10, 10.5], passes: 2) == [5000, 5000.5, 5001, 5001.5])
    }

    @Test("a payload without a stamp stays as it is")
    func without() {
        var clock = ReplayClock(restamps: true)
        var payload = Array(#"{"bodies":[]}"#.utf8)
        clock.move(&payload, on: "robots/r1/skeletons", now: 5000)
        #expect(payload == Array(#"{"bodies":[]}"#.utf8))
    }
}
