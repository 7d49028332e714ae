/// Moves the stamps of a replay: to now, and on from pass to pass.
package struct ReplayClock {
    /// The stamps of one topic in the first pass.
    private struct Source {
        /// Seconds that are added in every pass.
        let shift: Double
        let first: Double
        var last: Double
        var frames = 0

        /// From the first stamp to its next pass: a frame after the last.
        var length: Double {
            frames > 1 ? (last - first) * Double(frames) / Double(frames - 1) : 0.1
        }
    }

    /// Most topics whose stamps are adjusted; stamps on further topics are unchanged.
    private static let maximumSources = 10_000

    /// Whether a topic's first stamp becomes now.
    private let restamps: Bool
    /// The number of complete passes.
    package var pass = 0
    private var sources: [String: Source] = [:]
    private var stamps = SkeletonStamp()

    package init(restamps: Bool) { self.restamps = restamps }

    /// Shifts a skeleton message's stamp. A message without one is unchanged.
    ///
    /// - Parameters:
    ///   - topic: the source's, as recorded.
    ///   - now: the wall clock, seconds.
    package mutating func move(_ payload: inout [UInt8], on topic: String, now: Double) {
        guard let stamp = stamps.find(in: payload)?.seconds else { return }
        guard sources[topic] != nil || sources.count < ReplayClock.maximumSources else { return }
        var source =
            sources[topic] ?? Source(shift: restamps ? now - stamp : 0, first: stamp, last: stamp)
        if pass == 0 {
            source.last = max(source.last, stamp)
            source.frames += 1
        }
        sources[topic] = source
        // By the source's own clock: arrival times vary, so a pass timed by them could begin before the last one's
        // end, and gaitd would drop its first frames as late.
        let seconds = source.shift + Double(pass) * source.length
        if seconds != 0 { stamps.move(&payload, by: seconds) }
    }
}
