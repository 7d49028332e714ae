/// The bounds of what the node keeps in memory; published in `info`.
enum PipelineLimits {
    /// Skeleton messages that wait for the pipeline; beyond it the oldest is dropped and counted.
    static let queuedMessages = 256
    /// Bytes of a received payload. 64 bodies of 33 joints with full precision are 180 kB.
    static let payloadBytes = 512 << 10
    /// Sources with figures of their own in `health`; those beyond are dropped and counted together.
    static let sources = 64
    /// Seconds without a message after which a source gives up its place when another one needs it.
    static let idleSource = 60.0
}
