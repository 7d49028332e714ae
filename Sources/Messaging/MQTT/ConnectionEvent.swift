/// What happened to the connection to the broker; told in order, on the network thread.
package enum ConnectionEvent: Sendable, Equatable, CustomStringConvertible {
    /// The broker accepted us and every subscription was asked for again.
    case connected(protocolVersion: Int)
    /// The broker answered and refused us, for example because of the password.
    case refused(code: Int, reason: String)
    /// Nobody answered at the address.
    case unreachable(reason: String)
    /// The broker was reached, and no encrypted connection came about.
    case insecure(TLSFailure, reason: String)
    /// A connection that stood has been lost.
    case lost(reason: String)
    /// The broker refused a subscription, for example by its access list.
    case subscriptionRefused(filter: String, reason: String)
    /// The broker refused a message of quality 1, for example by its access list.
    case publicationRefused(topic: String, reason: String)
    /// We disconnected ourselves: the answer to `stop`.
    case disconnected

    package var description: String {
        switch self {
        case .connected(let version):
            "connected to the broker with protocol \(version == 5 ? "MQTT 5" : "MQTT 3.1.1")"
        case .refused(let code, let reason):
            "the broker refused us: \(reason) (code \(code)); check user name, password and, by its access list, the topic of our state"
        case .unreachable(let reason):
            "the broker cannot be reached: \(reason)"
        case .insecure(let failure, let reason):
            "\(failure.advice) (\(reason))"
        case .lost(let reason):
            "the connection to the broker was lost: \(reason)"
        case .subscriptionRefused(let filter, let reason):
            "the broker refused the subscription to '\(filter)': \(reason); check its access list"
        case .publicationRefused(let topic, let reason):
            "the broker refused what was published to '\(topic)': \(reason); check its access list"
        case .disconnected:
            "disconnected from the broker"
        }
    }

    /// What is limited together in a log: one name for each cause, of which there are few.
    package var kind: String {
        switch self {
        case .connected: "connected"
        case .refused(let code, _): "refused \(code)"
        case .unreachable: "unreachable"
        case .insecure(let failure, _): "insecure \(failure.rawValue)"
        case .lost: "lost"
        case .subscriptionRefused(let filter, _): "subscription refused \(filter)"
        case .publicationRefused: "publication refused"
        case .disconnected: "disconnected"
        }
    }
}
