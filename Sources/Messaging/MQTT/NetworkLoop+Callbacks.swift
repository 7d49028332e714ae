import CMosquitto

// libmosquitto's callbacks. They run inside the network loop's calls, on its thread. Each is a closure that
// captures nothing and finds the loop by its context pointer.
extension NetworkLoop {
    private static func loop(_ context: UnsafeMutableRawPointer?) -> NetworkLoop? {
        context.map { Unmanaged<NetworkLoop>.fromOpaque($0).takeUnretainedValue() }
    }

    func installCallbacks(on handle: MosquittoHandle) {
        mosquitto_connect_v5_callback_set(handle.pointer) { _, context, reason, _, properties in
            NetworkLoop.loop(context)?.connectionReason = reason
            NetworkLoop.loop(context)?.limits = BrokerLimits(properties)
        }
        mosquitto_disconnect_v5_callback_set(handle.pointer) { _, context, reason, _ in
            // The broker's reason comes first, libmosquitto's note that the connection is gone second.
            guard let loop = NetworkLoop.loop(context) else { return }
            loop.disconnectReason = loop.disconnectReason ?? reason
        }
        mosquitto_publish_v5_callback_set(handle.pointer) { _, context, identifier, reason, _ in
            NetworkLoop.loop(context)?.published(identifier, reason: reason)
        }
        mosquitto_subscribe_v5_callback_set(handle.pointer) { _, context, identifier, count, granted, _ in
            guard let loop = NetworkLoop.loop(context), count > 0, let granted else { return }
            loop.subscribed(identifier, granted: granted[0])
        }
        mosquitto_unsubscribe_v5_callback_set(handle.pointer) { _, context, identifier, _ in
            NetworkLoop.loop(context)?.unsubscribing.remove(identifier)
        }
        mosquitto_message_v5_callback_set(handle.pointer) { _, context, message, properties in
            guard let loop = NetworkLoop.loop(context), let message else { return }
            loop.received(message.pointee, properties: properties)
        }
    }

    /// Collects libmosquitto's errors while it connects.
    func listenToErrors(of handle: MosquittoHandle) {
        mosquitto_log_callback_set(handle.pointer) { handle, context, level, text in
            guard level == MOSQ_LOG_ERR, let handle, let text, let loop = NetworkLoop.loop(context),
                loop.errors.count < 16
            else { return }
            loop.errors.append(String(cString: text))
            if loop.verification == 0 { loop.verification = MosquittoHandle.verification(of: handle) }
        }
    }

    /// Gives OpenSSL the password of an encrypted key. Returns the number of its bytes; 0 for none.
    static func giveKeyPassword(
        to buffer: UnsafeMutablePointer<CChar>?, size: Int32, handle: UnsafeMutableRawPointer?
    ) -> Int32 {
        guard let buffer, let handle, let loop = loop(mosquitto_userdata(OpaquePointer(handle))),
            let password = loop.configuration.tls?.keyPassword?.utf8, password.count < Int(size)
        else { return 0 }
        for (index, byte) in password.enumerated() { buffer[index] = CChar(bitPattern: byte) }
        return Int32(password.count)
    }

    /// A message of quality 0 has been written, or one of quality 1 acknowledged.
    private func published(_ identifier: Int32, reason: Int32) {
        let topic = inFlight.removeValue(forKey: identifier)
        if topic == nil { unwritten = max(0, unwritten - 1) }
        if reason >= 0x80, let topic {
            let reason = MosquittoHandle.explanation(ofReason: reason, protocolVersion: 5)
            state.tell(.publicationRefused(topic: topic, reason: reason))
        }
        state.count {
            if reason >= 0x80 { $0.refused += 1 } else { $0.published += 1 }
        }
    }

    private func subscribed(_ identifier: Int32, granted: Int32) {
        guard let filter = subscribing.removeValue(forKey: identifier), granted >= 0x80 else { return }
        let reason =
            protocolVersion == 5
            ? MosquittoHandle.explanation(ofReason: granted, protocolVersion: 5) : "not granted"
        state.tell(.subscriptionRefused(filter: filter, reason: reason))
    }

    /// Stamps the message, copies its payload once and delivers it.
    private func received(_ message: mosquitto_message, properties: OpaquePointer?) {
        let arrival = Arrival.now()
        let count = Int(message.payloadlen)
        guard let topic = message.topic else { return }
        // Only large payloads need a look at the subscriptions.
        let isOversized =
            count > configuration.maximumPayloadBytes && count > state.maximumPayloadBytes(of: topic)
        let payload = [UInt8](UnsafeRawBufferPointer(start: message.payload, count: isOversized ? 0 : count))
        var received = MQTTMessage(
            topic: String(cString: topic), payload: payload,
            qualityOfService: message.qos == 0 ? .atMostOnce : .atLeastOnce, retained: message.retain,
            arrival: arrival)
        MessageProperties.read(properties, into: &received)
        if isOversized { state.refuse(received, bytes: count) } else { state.deliver(received) }
    }
}

// From the callbacks to the client's closures.
extension ClientState {
    fileprivate func deliver(_ message: MQTTMessage) {
        guard !isSilenced else { return }
        count { $0.received += 1 }
        onMessage(message)
    }

    /// Reports a message whose payload is too large, without it.
    fileprivate func refuse(_ message: MQTTMessage, bytes: Int) {
        guard !isSilenced else { return }
        count { $0.oversized += 1 }
        onOversized(message, bytes)
    }

    func tell(_ event: ConnectionEvent) {
        guard !isSilenced else { return }
        onConnection(event)
    }
}
