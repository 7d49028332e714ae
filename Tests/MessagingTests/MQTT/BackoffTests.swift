import Testing

@testable import Messaging

@Suite("Backoff")
struct BackoffTests {
    @Test("pauses double up to the limit, each shortened by at most a half")
    func doubles() {
        var backoff = Backoff(first: 1, longest: 30)
        var generator = SystemRandomNumberGenerator()
        for expected in [1.0, 2, 4, 8, 16, 30, 30, 30] {
            let pause = backoff.pause(using: &generator)
            #expect((expected / 2...expected).contains(pause))
        }
        backoff.reset()
        #expect(backoff.pause(using: &generator) <= 1)
    }

    @Test("pauses of several clients differ")
    func jitter() {
        var generator = SystemRandomNumberGenerator()
        let pauses = (0..<20).map { _ in
            var backoff = Backoff(first: 1, longest: 30)
            return backoff.pause(using: &generator)
        }
        #expect(Set(pauses).count > 1)
    }

    @Test("after `goSlow` the next pause is one of the longest, and a reset ends that")
    func goesSlow() {
        var backoff = Backoff(first: 1, longest: 30)
        var generator = SystemRandomNumberGenerator()
        backoff.goSlow()
        #expect((15...30).contains(backoff.pause(using: &generator)))
        backoff.reset()
        #expect((0.5...1).contains(backoff.pause(using: &generator)))
    }
}
