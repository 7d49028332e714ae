import Messaging

/// What gaitd's health messages say of a load.
struct LoadCounts: Equatable {
    /// Messages that were decoded and in order.
    var accepted = 0
    /// Messages and poses that were lost or refused, by reason.
    var dropped: [String: Int] = [:]
    var postponed = 0
    /// The median, microseconds.
    var decoding: Double?
    /// The mean, milliseconds.
    var inference: Double?

    init() {}

    init(_ health: HealthMessage) {
        accepted = health.sources.values.reduce(0) { $0 + $1.framesIn }
        dropped = health.mqtt.dropped
        for source in health.sources.values {
            dropped.merge(source.dropped, uniquingKeysWith: +)
            dropped.merge(source.rejected, uniquingKeysWith: +)
        }
        postponed = health.inference.postponed
        decoding = health.latency["decode"]?.p50.map { $0 * 1000 }
        inference = health.inference.meanMilliseconds
    }

    /// All that was lost or refused.
    var droppedCount: Int { dropped.values.reduce(0, +) }
}
