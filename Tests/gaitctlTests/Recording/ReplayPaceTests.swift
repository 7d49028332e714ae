import Testing

@testable import gaitctl

@Suite("Replay pace")
struct ReplayPaceTests {
    @Test("messages are due at the recording's time by the rate, or at once")
    func due() {
        #expect(ReplayPace(rate: 1, now: 100).wait(for: 3, now: 101) == 2)
        #expect(ReplayPace(rate: 4, now: 100).wait(for: 8, now: 101) == 1)
        #expect(ReplayPace(rate: nil, now: 100).wait(for: 1e9, now: 101) == 0)
    }

    @Test("small delays are caught up with; after a long absence the rest moves")
    func absence() {
        var pace = ReplayPace(rate: 1, now: 0)
        pace.catchUp(at: 5, now: 5.9)
        #expect(pace.wait(for: 6, now: 5.9) < 0.2)
        pace.catchUp(at: 6, now: 66)
        #expect(abs(pace.wait(for: 7, now: 66) - 1) < 1e-9)
    }
}
