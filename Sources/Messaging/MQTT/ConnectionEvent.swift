/// What happened to the connection to the broker; told in order, on the network thread.
package enum ConnectionEvent: Sendable, Equatable, CustomStringConvertible {
    /// The broker accepted us and every subscription was asked for again.
    case connected(protocolVersion: Int)
    /// The broker answered and refused us, for example because of the password.
    case refused(code: Int, reason: String)
    /// Nobody answered at the address.
    case unreachable(reason: String)
    /// A connection that stood has been lost.
    case lost(reason: String)
    /// The broker refused a subscription, for example by its access list.
    case subscriptionRefused(filter: String, reason: String)
    /// We disconnected ourselves: the answer to `stop`.
    case disconnected

    package var description: String {
        switch self {
        case .connected(let version):
            "connected to the broker with protocol \(version == 5 ? "MQTT 5" : "MQTT 3.1.1")"
        case .refused(let code, let reason):
            "the broker refused us: \(reason) (code \(code)); check user name, password and client id"
        case .unreachable(let reason):
            "the broker cannot be reached: \(reason)"
        case .lost(let reason):
            "the connection to the broker was lost: \(reason)"
        case .subscriptionRefused(let filter, let reason):
            "the broker refused the subscription to '\(filter)': \(reason); check its access list"
        case .disconnected:
            "disconnected from the broker"
        }
    }
}
