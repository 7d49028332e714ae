/// A change of the connection to the broker; reported in order, on the network thread.
package enum ConnectionEvent: Sendable, Equatable, CustomStringConvertible {
    /// The broker accepted us, and every subscription was sent again.
    case connected(protocolVersion: Int)
    /// The broker answered and refused us, for example because of the password.
    case refused(code: Int, reason: String)
    /// There was no answer at the address.
    case unreachable(reason: String)
    /// The broker was reached, but the encrypted connection failed.
    case insecure(TLSFailure, reason: String)
    /// An established connection was lost.
    case lost(reason: String)
    /// The broker refused a subscription, for example by its access list.
    case subscriptionRefused(filter: String, reason: String)
    /// The broker refused a message of quality 1, for example by its access list.
    case publicationRefused(topic: String, reason: String)
    /// A message was not sent, because its packet exceeds what the broker takes. Reported once for a topic.
    case publicationTooLarge(topic: String, bytes: Int, limit: Int)
    /// The broker accepted us, but lacks something of MQTT 5. We go on without it.
    case limited(BrokerLimit)
    /// The port belongs to a web server: it answers in HTTP.
    case webServer(port: Int)
    /// We disconnected ourselves, after `stop`.
    case disconnected

    package var description: String {
        switch self {
        case .connected(let version):
            "connected to the broker with protocol \(version == 5 ? "MQTT 5" : "MQTT 3.1.1")"
        case .refused(let code, let reason):
            "the broker refused us: \(reason) (code \(code)); check the user name, the password, and whether its access list allows our state topic"
        case .unreachable(let reason):
            "the broker cannot be reached: \(reason)"
        case .insecure(let failure, let reason):
            "\(failure.advice) (\(reason))"
        case .lost(let reason):
            "the connection to the broker was lost: \(reason)"
        case .subscriptionRefused(let filter, let reason):
            "the broker refused the subscription to '\(filter)': \(reason); check its access list"
        case .publicationRefused(let topic, let reason):
            "the broker refused a message to '\(topic)': \(reason); check its access list"
        case .publicationTooLarge(let topic, let bytes, let limit):
            "a message of \(bytes) bytes to '\(topic)' was kept back: the broker takes packets of at most \(limit) bytes; raise that limit (max_packet_size in mosquitto)"
        case .limited(let limit): limit.advice
        case .webServer(let port):
            "port \(port) of the broker speaks HTTP, so it is its WebSocket port or another web server's; set its port for plain MQTT, usually 1883, or 8883 with TLS"
        case .disconnected:
            "disconnected from the broker"
        }
    }

    /// Groups events whose log lines are limited together: one name for each cause.
    package var kind: String {
        switch self {
        case .connected: "connected"
        case .refused(let code, _): "refused \(code)"
        case .unreachable: "unreachable"
        case .insecure(let failure, _): "insecure \(failure.rawValue)"
        case .lost: "lost"
        case .subscriptionRefused(let filter, _): "subscription refused \(filter)"
        case .publicationRefused: "publication refused"
        case .publicationTooLarge(let topic, _, _): "publication too large \(topic)"
        case .limited(let limit): "limited \(limit.rawValue)"
        case .webServer: "web server"
        case .disconnected: "disconnected"
        }
    }
}

/// What a broker says it lacks when it accepts us.
package enum BrokerLimit: String, Sendable, Equatable {
    case retainedMessages = "retained_messages"
    case acknowledgements

    var advice: String {
        switch self {
        case .retainedMessages:
            "the broker retains no messages, so that clients that connect later miss states, people and emotions until the next ones; allow it (retain_available in mosquitto)"
        case .acknowledgements:
            "the broker offers quality of service 0 only, so that messages may be lost unnoticed; allow 1 (max_qos in mosquitto)"
        }
    }
}

/// Why an encrypted connection failed. The raw value is a name for statistics and logs.
package enum TLSFailure: String, Sendable, Equatable, CaseIterable {
    case unknownAuthority = "unknown_authority"
    case expired
    case notYetValid = "not_yet_valid"
    case otherHost = "other_host"
    case certificateWanted = "certificate_wanted"
    case certificateRefused = "certificate_refused"
    case ownFiles = "own_files"
    case notSpoken = "not_spoken"
    /// The broker's alert about the client certificate, if it sent one, is lost: a broker that refuses a certificate
    /// after the handshake of TLS 1.3 closes the connection before we have read it.
    case closedAfterHandshake = "closed_after_handshake"
    case other

    /// Classifies the errors of OpenSSL and libmosquitto.
    ///
    /// - Parameters:
    ///   - verification: OpenSSL's verdict on the broker's certificate; 0 if there was none or it was good.
    ///   - errors: libmosquitto's log lines.
    ///   - hasCertificate: whether we have a client certificate.
    init(verification: Int, errors: [String], hasCertificate: Bool) {
        func isSaid(_ texts: String...) -> Bool {
            errors.contains { line in texts.contains { line.contains($0) } }
        }
        // X509_V_ERR_…, from x509_vfy.h; they are part of OpenSSL's stable interface.
        switch verification {
        case 9: self = .notYetValid
        case 10: self = .expired
        case 2, 18, 19, 20, 21, 27: self = .unknownAuthority
        case 62, 63, 64: self = .otherHost
        default:
            if isSaid("host name verification failed") {
                self = .otherHost
            } else if isSaid("Unable to load", "are inconsistent", "bad decrypt", "bad password read") {
                self = .ownFiles
            } else if isSaid("certificate required")
                || !hasCertificate && isSaid("alert handshake failure", "alert bad certificate")
            {
                self = .certificateWanted
            } else if isSaid(
                "alert unknown ca", "alert bad certificate", "alert certificate", "alert handshake failure",
                "alert unsupported certificate", "alert decrypt error")
            {
                self = .certificateRefused
            } else if isSaid(
                "unsupported protocol", "wrong version number", "alert protocol version", "unexpected eof",
                "packet length too long", "no protocols available")
            {
                self = .notSpoken
            } else {
                self = .other
            }
        }
    }

    /// What is wrong and how to fix it, in one line.
    package var advice: String {
        switch self {
        case .unknownAuthority:
            "the broker's certificate comes from an untrusted authority; give that authority's certificate as the CA file"
        case .expired:
            "the broker's certificate has expired; renew it or correct this machine's clock"
        case .notYetValid:
            "the broker's certificate is not valid yet; correct this machine's clock"
        case .otherHost:
            "the broker's certificate is for another host; connect to a name or address listed in it"
        case .certificateWanted:
            "the broker requires a client certificate; set a certificate file and its key file"
        case .certificateRefused:
            "the broker refused the client certificate; give a currently valid one that its authority has signed"
        case .ownFiles:
            "the CA file, the certificate or its key cannot be used; all must be PEM files, certificate and key must belong together, and the key's password must be right"
        case .notSpoken:
            "the broker does not speak TLS 1.2 or 1.3 on this port; check the port"
        case .closedAfterHandshake:
            "the broker closed the connection after the handshake, as brokers do that want a client certificate or reject the given one; give a currently valid one that its authority has signed"
        case .other:
            "the encrypted connection to the broker failed"
        }
    }
}
