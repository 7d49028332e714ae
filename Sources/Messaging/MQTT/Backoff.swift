/// The pauses between attempts to connect: doubled each time up to a limit, and shortened at random by up to
/// a half, so that nodes which lost one broker together do not all return at the same moment.
struct Backoff {
    private let first: Double
    private let longest: Double
    private var next: Double

    init(first: Double, longest: Double) {
        self.first = max(0, first)
        self.longest = max(self.first, longest)
        next = self.first
    }

    /// Seconds to wait now.
    mutating func pause(using generator: inout some RandomNumberGenerator) -> Double {
        let pause = next * Double.random(in: 0.5...1, using: &generator)
        next = min(longest, next * 2)
        return pause
    }

    /// Before a next attempt that would do harm if it were made soon.
    mutating func goSlow() {
        next = longest
    }

    /// After a connection that stood.
    mutating func reset() {
        next = first
    }
}
