/// What the node's threads share, each part with a lock of its own.
struct SharedParts: Sendable {
    /// The next model to be served.
    let models = ModelSlot()
    /// The windows that may still be labelled.
    let history = SharedHistory()
    /// What the node said of itself last.
    let board = NodeStatus()
    /// Who is not to be read.
    let pauses = SharedOptOuts()
    /// What came of requests.
    let requests = RequestMetrics()
}
