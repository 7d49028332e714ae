import Synchronization

/// The history, which the pipeline's thread adds to and the desk's looks up windows in for labels.
///
/// Behind a lock, and not asked for by a message to the pipeline: an answer would have to wait for a batch, and the
/// question could be lost where messages are.
final class SharedHistory: Sendable {
    private let history = Mutex(GaitHistory())

    /// Uses the history; others wait.
    func withLock<Result>(_ use: (inout GaitHistory) -> Result) -> Result where Result: Sendable {
        history.withLock { use(&$0) }
    }
}
