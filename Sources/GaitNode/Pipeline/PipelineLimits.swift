/// The bounds of what the node keeps in memory; published in `info`.
enum PipelineLimits {
    /// Skeleton messages that wait for the pipeline; beyond it the oldest is dropped and counted.
    static let queuedMessages = 256
    /// Bytes of a received payload. 64 bodies of 33 joints with full precision are 180 kB. A queue full of the
    /// largest payloads is 64 MB, so that no burst takes the daemon beyond 120 MB and what `GaitHistory` keeps.
    static let payloadBytes = 256 << 10
    /// Messages that wait to be published: more than a goodbye to `pipeline.max_people` takes.
    static let outgoingMessages = 4096
    /// People who are read in one batch: few enough that no message waits long for the batch to end.
    static let batchPeople = 8
    /// Seconds for which messages that wait are taken in before a batch of those who are due is read.
    static let longestIntake = 0.02
    /// Sources with figures of their own in `health`; those beyond are dropped and counted together.
    static let sources = 64
    /// Seconds without a message after which a source gives up its place when another one needs it: few, so
    /// that a flood of robots that speak once does not lock out those that come after it.
    static let idleSource = 10.0
}
