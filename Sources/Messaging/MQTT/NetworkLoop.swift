import CMosquitto
import Foundation

/// The network thread's work from start to end: connect, serve the connection, pause, repeat.
///
/// It replaces libmosquitto's `loop_start`, whose reconnect has no jitter and cannot be interrupted, which cannot
/// start without a broker, and which lets packets pile up without bound. This loop sleeps in one `poll` on the
/// socket and on the wake signal, so that publishing and stopping take effect at once.
final class NetworkLoop {
    let state: ClientState
    var configuration: MQTTClient.Configuration { state.configuration }

    // Set by the callbacks, which run inside calls of `handle`, for the loop to act on.
    var connectionReason: Int32?
    var disconnectReason: Int32?
    /// What the broker said when it accepted us.
    var limits = BrokerLimits(nil)
    /// libmosquitto's errors during the attempt to connect, and OpenSSL's verdict on the certificate.
    var errors: [String] = []
    var verification = 0
    /// Packets of quality 1 that await their acknowledgement, and their topics.
    var inFlight: [Int32: String] = [:]
    /// Packets of quality 0 that have not been written to the socket.
    var unwritten = 0
    var subscribing: [Int32: String] = [:]
    var unsubscribing: Set<Int32> = []

    private(set) var protocolVersion: Int32 = 5
    private var accepted = false
    private var hasShakenHands = false
    private var everAccepted = false
    private var filtersTaken = false
    private var disconnectSent = false
    /// The will, without what the broker does not offer.
    private var will: MQTTMessage?
    /// Topics of messages that were too large, so that each is reported once.
    private var oversizedTopics: Set<String> = []
    /// The way to the port of this attempt, once it is connected.
    private var probe: HTTPProbe?
    /// The last answer of a probe, and when it was asked for.
    private var lastProbe: (isWebServer: Bool, time: Double)?
    private var backoff: Backoff
    private var generator = SystemRandomNumberGenerator()

    init(_ state: ClientState) {
        self.state = state
        will = state.configuration.will
        backoff = Backoff(
            first: state.configuration.firstRetrySeconds, longest: state.configuration.longestRetrySeconds)
    }

    /// Runs until the client is stopped.
    func run() {
        defer { finish() }
        // The handle's callbacks run only inside the calls below, during which `self` lives.
        let context = Unmanaged.passUnretained(self).toOpaque()
        guard let handle = MosquittoHandle(configuration: configuration, context: context) else {
            return state.tell(.unreachable(reason: "libmosquitto could not be set up: out of memory"))
        }
        installCallbacks(on: handle)
        while state.flushUntil == nil {
            let retryAtOnce = connectAndServe(handle)
            guard state.flushUntil == nil else { break }
            if !retryAtOnce { pause() }
        }
    }

    /// One connection, from the attempt to its end. Returns whether the next attempt should follow at once.
    private func connectAndServe(_ handle: MosquittoHandle) -> Bool {
        connectionReason = nil
        disconnectReason = nil
        (errors, verification) = ([], 0)
        accepted = false
        probe = nil
        listenToErrors(of: handle)
        let code = handle.connect(
            to: configuration.host, port: configuration.port, keepAliveSeconds: configuration.keepAliveSeconds
        )
        guard code == MOSQ_ERR_SUCCESS.code else {
            let reason = MosquittoHandle.explanation(of: code)
            state.tell(insecurity(reason) ?? .unreachable(reason: reason))
            return false
        }
        let end = serve(handle, connectBy: Arrival.monotonicSeconds() + configuration.connectTimeoutSeconds)
        forgetConnection()
        return report(end, handle)
    }

    /// Sleeps and works until the connection ends or is given up; returns the reason.
    private func serve(_ handle: MosquittoHandle, connectBy deadline: Double) -> String {
        var nextKeepAlive = Arrival.monotonicSeconds() + 1
        var timedOut = false
        // TLS sends nothing before the handshake, so only polling for writability shows that the socket is connected.
        var isOpening = configuration.tls != nil
        hasShakenHands = false
        while let socket = handle.socket {
            let now = Arrival.monotonicSeconds()
            // Before the read that may find the connection closed.
            if !accepted, probe == nil { probe = HTTPProbe(peerOf: socket) }
            if accepted { sendWhatWaits(handle, now: now) }
            if let flushUntil = state.flushUntil {
                let isTimeUp = now >= flushUntil
                if accepted, isFlushed || isTimeUp, !disconnectSent {
                    disconnectSent = true
                    _ = handle.disconnect()
                    continue
                }
                if isTimeUp || !isWorthWaiting { return "stopped" }
            }
            if !accepted, now >= deadline {
                // libmosquitto continues a handshake forever on a broken socket.
                if timedOut { return noAnswer }
                timedOut = true
                handle.abort()
            }
            let (readable, writable, fault) = sleep(
                handle, socket: socket, isOpening: isOpening, until: wakeTime(nextKeepAlive, deadline))
            var code = MOSQ_ERR_SUCCESS.code
            if readable || isOpening && writable {
                code = handle.read()
                // A handshake that we abort says nothing about certificates.
                if !accepted, handle.hasShakenHands || timedOut { hasShakenHands = !timedOut }
            }
            if writable { isOpening = false }
            // libmosquitto does not notice that the socket has failed, and would wait forever.
            if let fault, !accepted, configuration.tls != nil, code == MOSQ_ERR_SUCCESS.code {
                if timedOut { return noAnswer }
                return fault == 0 ? "the connection was refused or closed" : String(cString: strerror(fault))
            }
            if code == MOSQ_ERR_SUCCESS.code, writable { code = handle.write() }
            if code == MOSQ_ERR_SUCCESS.code, Arrival.monotonicSeconds() >= nextKeepAlive {
                nextKeepAlive = Arrival.monotonicSeconds() + 1
                code = handle.keepAlive()
            }
            if connectionReason == 0, !accepted { beginSession(handle) }
            if code != MOSQ_ERR_SUCCESS.code {
                return timedOut ? noAnswer : MosquittoHandle.explanation(of: code)
            }
        }
        return disconnectSent ? "disconnected" : "the broker closed the connection"
    }

    /// Why the client gave up an attempt.
    private var noAnswer: String { "no answer within \(configuration.connectTimeoutSeconds) s" }

    /// When the loop must wake although nothing happens on the socket.
    private func wakeTime(_ nextKeepAlive: Double, _ connectBy: Double) -> Double {
        var time = accepted ? nextKeepAlive : min(nextKeepAlive, connectBy)
        if let flushUntil = state.flushUntil { time = min(time, flushUntil) }
        return time
    }

    /// Sleeps until the socket or the wake signal is ready, or until the deadline.
    private func sleep(
        _ handle: MosquittoHandle, socket: Int32, isOpening: Bool, until deadline: Double
    ) -> (readable: Bool, writable: Bool, fault: Int32?) {
        let socketEvents = Int16(POLLIN) | (handle.wantsToWrite || isOpening ? Int16(POLLOUT) : 0)
        let (wake, revents) = state.wake.wait(alongside: socket, events: socketEvents, until: deadline)
        if wake { state.wake.lower() }
        let failed = revents & Int16(POLLERR | POLLHUP | POLLNVAL) != 0
        return (
            failed || revents & Int16(POLLIN) != 0, revents & Int16(POLLOUT) != 0,
            failed ? Self.fault(of: socket) : nil
        )
    }

    /// A socket's pending `errno`; 0 if the other side has closed it.
    private static func fault(of socket: Int32) -> Int32 {
        var fault: Int32 = 0
        var size = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(socket, SOL_SOCKET, SO_ERROR, &fault, &size)
        return fault
    }

    /// Pauses before the next attempt, unless the client is stopped.
    private func pause() {
        let deadline = Arrival.monotonicSeconds() + backoff.pause(using: &generator)
        while state.flushUntil == nil, state.wake.wait(until: deadline) {
            state.wake.lower()
        }
    }

    // MARK: - Beginning and end of a connection

    /// The broker has accepted us: sends all subscriptions before any message.
    private func beginSession(_ handle: MosquittoHandle) {
        accepted = true
        let isReconnect = everAccepted
        everAccepted = true
        backoff.reset()
        // From now on libmosquitto would log every packet.
        mosquitto_log_callback_set(handle.pointer, nil)
        let version = Int(protocolVersion)
        state.count {
            $0.connected = true
            $0.protocolVersion = version
            $0.reconnects += isReconnect ? 1 : 0
        }
        send(state.takeSubscriptionChanges(afresh: true), handle)
        state.firstConnection.raise()
        state.tell(.connected(protocolVersion: version))
        if !limits.retains { state.tell(.limited(.retainedMessages)) }
        if !limits.acknowledges { state.tell(.limited(.acknowledgements)) }
    }

    private func forgetConnection() {
        let lost = unwritten
        unwritten = 0
        subscribing = [:]
        unsubscribing = []
        state.count {
            $0.connected = false
            $0.droppedUnconnected += lost
        }
    }

    /// Reports why the connection ended. Returns whether to try again at once.
    private func report(_ end: String, _ handle: MosquittoHandle) -> Bool {
        if disconnectSent {
            state.tell(.disconnected)
        } else if accepted {
            var reason = end
            if let code = disconnectReason, code >= 0x80 {
                reason = MosquittoHandle.explanation(ofReason: code, protocolVersion: 5)
                if code == Int32(MQTT_RC_SESSION_TAKEN_OVER.rawValue) {
                    reason += "; another client has the name \(configuration.clientIdentifier)"
                    // Two clients that throw each other out must not keep the broker busy.
                    backoff.goSlow()
                }
            }
            state.tell(.lost(reason: reason))
        } else if let code = connectionReason, code != 0 {
            return reportRefusal(code, handle)
        } else if state.flushUntil == nil {
            state.tell(
                insecurity(end)
                    ?? (isWebServer ? .webServer(port: configuration.port) : .unreachable(reason: end)))
        }
        return false
    }

    /// Whether the port that gave no answer belongs to a web server. Asks at most once a minute.
    private var isWebServer: Bool {
        guard let probe else { return false }
        let now = Arrival.monotonicSeconds()
        if let lastProbe, now < lastProbe.time + 60 { return lastProbe.isWebServer }
        let isWebServer = probe.isAnswered(by: now + 0.5, state)
        lastProbe = (isWebServer, now)
        return isWebServer
    }

    /// The encryption failure that prevented a connection; nil if encryption was not the reason.
    private func insecurity(_ reason: String) -> ConnectionEvent? {
        guard let tls = configuration.tls else { return nil }
        if errors.isEmpty {
            // libmosquitto sets EPROTO if OpenSSL fails silently, which only happens after our part of the handshake.
            let isCut = hasShakenHands || reason == String(cString: strerror(EPROTO))
            return isCut ? .insecure(.closedAfterHandshake, reason: reason) : nil
        }
        let failure = TLSFailure(
            verification: verification, errors: errors, hasCertificate: tls.certificateFile != nil)
        // OpenSSL's lines are fields between colons; the last one is for people.
        let said = errors.last?.split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) }
        return .insecure(failure, reason: said ?? reason)
    }

    /// Falls back to MQTT 3.1.1, at once and for good, if the broker does not speak MQTT 5.
    private func reportRefusal(_ code: Int32, _ handle: MosquittoHandle) -> Bool {
        let refusesVersion =
            code == Int32(MQTT_RC_UNSUPPORTED_PROTOCOL_VERSION.rawValue)
            || code == Int32(CONNACK_REFUSED_PROTOCOL_VERSION.rawValue)
        if refusesVersion, protocolVersion == 5 {
            protocolVersion = 4
            return handle.use(protocolVersion: 4, will: will) == MOSQ_ERR_SUCCESS.code
        }
        if refusesWill(code) {
            return handle.use(protocolVersion: protocolVersion, will: will) == MOSQ_ERR_SUCCESS.code
        }
        let reason = MosquittoHandle.explanation(ofReason: code, protocolVersion: protocolVersion)
        state.tell(.refused(code: Int(code), reason: reason))
        return false
    }

    /// Whether the broker refused the will for something that it does not offer, of which the will now does without.
    private func refusesWill(_ code: Int32) -> Bool {
        guard protocolVersion == 5, let refused = will else { return false }
        if code == Int32(MQTT_RC_RETAIN_NOT_SUPPORTED.rawValue) { will?.retained = false }
        if code == Int32(MQTT_RC_QOS_NOT_SUPPORTED.rawValue) { will?.qualityOfService = .atMostOnce }
        return will != refused
    }

    /// Counts the messages that are lost with the thread.
    private func finish() {
        var abandoned = inFlight.count
        while let outgoing = state.outgoing.popIfPresent() {
            if outgoing.message.qualityOfService == .atLeastOnce { abandoned += 1 }
        }
        let lost = abandoned
        state.count {
            $0.connected = false
            $0.abandoned += lost
            $0.queued = 0
        }
        state.progress.raise()
    }

    // MARK: - Sending

    /// Whether a stopped client should still wait for this connection.
    private var isWorthWaiting: Bool { accepted || state.outgoing.count > 0 || !inFlight.isEmpty }

    /// Whether nothing is in flight, so that we may disconnect.
    private var isFlushed: Bool {
        filtersTaken && unsubscribing.isEmpty && inFlight.isEmpty && unwritten == 0
            && state.outgoing.count == 0
    }

    private func sendWhatWaits(_ handle: MosquittoHandle, now: Double) {
        if state.flushUntil != nil, !filtersTaken {
            // Unread messages at close would make the kernel reset the connection, and the broker might publish
            // the will although we disconnect. So we end the incoming stream first.
            filtersTaken = true
            for filter in state.takeFilters() {
                let (code, identifier) = handle.unsubscribe(filter)
                if code == MOSQ_ERR_SUCCESS.code { unsubscribing.insert(identifier) }
            }
        }
        send(state.takeSubscriptionChanges(afresh: false), handle)
        // One at a time, as the socket takes them: waiting messages stay in our bounded queue, not in libmosquitto's.
        while !handle.wantsToWrite, inFlight.count < configuration.maximumInFlightMessages,
            let outgoing = state.outgoing.popIfPresent()
        {
            // Subscriptions made before this message was queued take effect before it is published.
            send(state.takeSubscriptionChanges(afresh: false), handle)
            publish(outgoing, handle, now: now)
        }
        let waiting = inFlight.count + unwritten
        state.count { $0.queued = waiting }
        state.progress.raise()
    }

    private func publish(_ outgoing: OutgoingMessage, _ handle: MosquittoHandle, now: Double) {
        var message = outgoing.message
        if !limits.acknowledges { message.qualityOfService = .atMostOnce }
        var expiry = message.expirySeconds
        if let seconds = expiry {
            let age = max(0, now - outgoing.queuedAt)
            guard age < Double(seconds) else { return state.count { $0.droppedExpired += 1 } }
            expiry = seconds - UInt32(age)
        }
        // A small packet is written, and the callback for quality 0 called, before `publish` returns.
        if message.qualityOfService == .atMostOnce { unwritten += 1 }
        let (code, identifier) = handle.publish(message, expiry: expiry, protocolVersion: protocolVersion)
        if message.qualityOfService == .atLeastOnce, Self.isTaken(code) {
            inFlight[identifier] = message.topic
        } else if code != MOSQ_ERR_SUCCESS.code {
            if message.qualityOfService == .atMostOnce { unwritten = max(0, unwritten - 1) }
            state.count { $0.refused += 1 }
            if code == MOSQ_ERR_OVERSIZE_PACKET.code { report(tooLarge: message) }
        }
    }

    /// Reports a message that the broker's limit kept back, once for a topic and for a few topics.
    private func report(tooLarge message: MQTTMessage) {
        guard oversizedTopics.count < 16, oversizedTopics.insert(message.topic).inserted else { return }
        state.tell(
            .publicationTooLarge(
                topic: message.topic, bytes: message.payload.count, limit: limits.packetBytes ?? 0))
    }

    /// Whether libmosquitto keeps a message of quality 1: if the connection breaks while it is being sent, libmosquitto
    /// sends it again after the next connect.
    private static func isTaken(_ code: Int32) -> Bool {
        [MOSQ_ERR_SUCCESS, MOSQ_ERR_NO_CONN, MOSQ_ERR_CONN_LOST, MOSQ_ERR_ERRNO].contains { $0.code == code }
    }

    private func send(_ changes: [ClientState.SubscriptionChange], _ handle: MosquittoHandle) {
        for change in changes {
            switch change {
            case .subscribe(let subscription):
                let (code, identifier) = handle.subscribe(subscription, protocolVersion: protocolVersion)
                if code == MOSQ_ERR_SUCCESS.code { subscribing[identifier] = subscription.filter }
            case .unsubscribe(let filter):
                let (code, identifier) = handle.unsubscribe(filter)
                if code == MOSQ_ERR_SUCCESS.code { unsubscribing.insert(identifier) }
            }
        }
    }
}

/// The pauses between attempts to connect: doubled each time up to a limit, and shortened at random by up to
/// half, so that nodes that lost a broker together do not all return at the same moment.
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

    /// Makes the next pause the longest, because an early attempt would do harm.
    mutating func goSlow() {
        next = longest
    }

    /// Starts over after a successful connection.
    mutating func reset() {
        next = first
    }
}
