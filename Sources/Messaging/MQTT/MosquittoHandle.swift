import CMosquitto
import Glibc

/// Owns one libmosquitto client. Only the network thread uses it, so that libmosquitto needs no locks and writes a
/// packet at once if the socket takes it.
///
/// Errors are libmosquitto's codes; 0 is success.
final class MosquittoHandle {
    /// A value of `mosq_err_t`.
    typealias Code = Int32

    private static let library: Code = mosquitto_lib_init()

    let pointer: OpaquePointer

    /// A client without a connection. The callbacks, which the caller sets, receive `context`.
    /// Returns nil if libmosquitto is out of memory.
    init?(configuration: MQTTClient.Configuration, context: UnsafeMutableRawPointer) {
        guard Self.library == MOSQ_ERR_SUCCESS.code,
            let pointer = mosquitto_new(configuration.clientIdentifier, true, context)
        else { return nil }
        // From here on deinit frees it, also if the setup fails.
        self.pointer = pointer
        guard use(protocolVersion: 5, will: configuration.will) == MOSQ_ERR_SUCCESS.code,
            mosquitto_username_pw_set(pointer, configuration.username, configuration.password)
                == MOSQ_ERR_SUCCESS.code,
            encrypt(configuration.tls) == MOSQ_ERR_SUCCESS.code
        else { return nil }
        mosquitto_int_option(pointer, MOSQ_OPT_TCP_NODELAY, 1)
        mosquitto_int_option(pointer, MOSQ_OPT_SEND_MAXIMUM, Int32(configuration.maximumInFlightMessages))
        mosquitto_max_inflight_messages_set(pointer, UInt32(configuration.maximumInFlightMessages))
    }

    deinit {
        mosquitto_destroy(pointer)
    }

    /// Encrypts every connection. Unusable files show only then.
    private func encrypt(_ tls: MQTTClient.TLS?) -> Code {
        guard let tls else { return MOSQ_ERR_SUCCESS.code }
        // Without this callback OpenSSL would ask for the key's password at the terminal.
        let code = mosquitto_tls_set(
            pointer, tls.authorityFile,
            tls.authorityFile == nil ? MQTTClient.TLS.systemAuthorities : nil, tls.certificateFile,
            tls.keyFile
        ) { buffer, size, _, handle in
            NetworkLoop.giveKeyPassword(to: buffer, size: size, handle: handle)
        }
        guard code == MOSQ_ERR_SUCCESS.code else { return code }
        // 1: check the broker's certificate. The version is the oldest allowed one.
        return mosquitto_tls_opts_set(pointer, 1, "tlsv1.2", nil)
    }

    /// Speaks MQTT 5, or 3.1.1 (4), from the next connection on. Sets the will again, since only MQTT 5 knows its
    /// properties.
    func use(protocolVersion: Int32, will: MQTTMessage?) -> Code {
        let code = mosquitto_int_option(pointer, MOSQ_OPT_PROTOCOL_VERSION, protocolVersion)
        guard code == MOSQ_ERR_SUCCESS.code else { return code }
        mosquitto_will_clear(pointer)
        guard let will else { return code }
        // libmosquitto owns the properties if it accepts the will.
        var properties =
            protocolVersion == 5 ? MessageProperties.list(for: will, expiry: will.expirySeconds) : nil
        let willCode = mosquitto_will_set_v5(
            pointer, will.topic, Int32(will.payload.count), will.payload, will.qualityOfService.rawValue,
            will.retained, properties)
        if willCode != MOSQ_ERR_SUCCESS.code { mosquitto_property_free_all(&properties) }
        return willCode
    }

    /// Starts to connect and returns before the broker has answered. Only name resolution can block.
    func connect(to host: String, port: Int, keepAliveSeconds: Int) -> Code {
        mosquitto_connect_async(pointer, host, Int32(port), Int32(keepAliveSeconds))
    }

    /// The connection's socket; nil if there is none.
    var socket: Int32? {
        let descriptor = mosquitto_socket(pointer)
        return descriptor >= 0 ? descriptor : nil
    }

    /// Whether packets wait for the socket to take them.
    var wantsToWrite: Bool { mosquitto_want_write(pointer) }

    /// Reads from the socket, and whatever OpenSSL has decrypted already, which no poll reports.
    func read() -> Code {
        var code = mosquitto_loop_read(pointer, 1)
        while code == MOSQ_ERR_SUCCESS.code, let session, SSL_pending(session) > 0 {
            code = mosquitto_loop_read(pointer, 1)
        }
        return code
    }
    func write() -> Code { mosquitto_loop_write(pointer, 1) }
    /// Keep-alive; call it about once a second.
    func keepAlive() -> Code { mosquitto_loop_misc(pointer) }
    /// Disconnects cleanly, so that the broker does not publish the will.
    func disconnect() -> Code { mosquitto_disconnect_v5(pointer, 0, nil) }

    /// OpenSSL's side of an encrypted connection; nil if there is none.
    private var session: OpaquePointer? { mosquitto_ssl_get(pointer).map(OpaquePointer.init) }

    /// Whether the handshake of an encrypted connection is over.
    var hasShakenHands: Bool { session.map { SSL_is_init_finished($0) == 1 } ?? false }

    /// OpenSSL's verification result for the broker's certificate during a connection attempt; 0 if there is none.
    static func verification(of handle: OpaquePointer) -> Int {
        mosquitto_ssl_get(handle).map { SSL_get_verify_result(OpaquePointer($0)) } ?? 0
    }

    /// Breaks the connection, or the attempt at one; the next `read` notices.
    func abort() {
        guard let socket else { return }
        shutdown(socket, Int32(SHUT_RDWR))
    }

    /// Publishes with the remainder of the message's expiry. Returns the packet's identifier.
    func publish(_ message: MQTTMessage, expiry: UInt32?, protocolVersion: Int32) -> (Code, identifier: Int32)
    {
        var identifier: Int32 = 0
        var properties = protocolVersion == 5 ? MessageProperties.list(for: message, expiry: expiry) : nil
        defer { mosquitto_property_free_all(&properties) }
        let code = mosquitto_publish_v5(
            pointer, &identifier, message.topic, Int32(message.payload.count), message.payload,
            message.qualityOfService.rawValue, message.retained, properties)
        return (code, identifier)
    }

    func subscribe(_ subscription: Subscription, protocolVersion: Int32) -> (Code, identifier: Int32) {
        var identifier: Int32 = 0
        let excludesOwn = subscription.excludingOwn && protocolVersion == 5
        let code = mosquitto_subscribe_v5(
            pointer, &identifier, subscription.filter, subscription.qualityOfService.rawValue,
            excludesOwn ? Int32(MQTT_SUB_OPT_NO_LOCAL.rawValue) : 0, nil)
        return (code, identifier)
    }

    func unsubscribe(_ filter: String) -> (Code, identifier: Int32) {
        var identifier: Int32 = 0
        let code = mosquitto_unsubscribe_v5(pointer, &identifier, filter, nil)
        return (code, identifier)
    }

    // MARK: - Checks and explanations

    /// Throws `MessagingError.invalidTopic` for a topic that cannot be published to.
    static func check(publishTopic topic: String) throws(MessagingError) {
        guard !topic.isEmpty, !topic.utf8.contains(0),
            mosquitto_pub_topic_check(topic) == MOSQ_ERR_SUCCESS.code
        else { throw .invalidTopic(topic) }
    }

    /// Throws `MessagingError.invalidFilter` for an invalid filter.
    static func check(filter: String) throws(MessagingError) {
        guard !filter.isEmpty, !filter.utf8.contains(0),
            mosquitto_sub_topic_check(filter) == MOSQ_ERR_SUCCESS.code
        else { throw .invalidFilter(filter) }
    }

    static func matches(_ topic: UnsafePointer<CChar>, filter: String) -> Bool {
        var isMatch = false
        return mosquitto_topic_matches_sub(filter, topic, &isMatch) == MOSQ_ERR_SUCCESS.code && isMatch
    }

    /// libmosquitto's description of a code. Ask at once, since it may read `errno`.
    static func explanation(of code: Code) -> String {
        let text = String(cString: mosquitto_strerror(code))
        return text.hasSuffix(".") ? String(text.dropLast()) : text
    }

    /// The meaning of a reason in CONNACK, PUBACK, SUBACK or DISCONNECT.
    static func explanation(ofReason reason: Int32, protocolVersion: Int32) -> String {
        let text = protocolVersion == 5 ? mosquitto_reason_string(reason) : mosquitto_connack_string(reason)
        return text.map { String(cString: $0) } ?? "reason \(reason)"
    }
}

extension mosq_err_t {
    /// As the functions return it.
    var code: Int32 { Int32(rawValue) }
}

/// MQTT 5 properties of a message, to and from libmosquitto's linked lists.
enum MessageProperties {
    /// The list for an outgoing message; nil if it needs none. The caller frees it.
    ///
    /// Leaves out properties that libmosquitto refuses, such as a name of more than 65535 bytes.
    static func list(for message: MQTTMessage, expiry: UInt32?) -> OpaquePointer? {
        var list: OpaquePointer?
        if let expiry {
            mosquitto_property_add_int32(&list, MQTT_PROP_MESSAGE_EXPIRY_INTERVAL.identifier, expiry)
        }
        if let topic = message.responseTopic {
            mosquitto_property_add_string(&list, MQTT_PROP_RESPONSE_TOPIC.identifier, topic)
        }
        if let data = message.correlationData {
            mosquitto_property_add_binary(
                &list, MQTT_PROP_CORRELATION_DATA.identifier, data, UInt16(clamping: data.count))
        }
        for property in message.userProperties {
            mosquitto_property_add_string_pair(
                &list, MQTT_PROP_USER_PROPERTY.identifier, property.name, property.value)
        }
        return list
    }

    /// Reads the properties of a received message.
    static func read(_ list: OpaquePointer?, into message: inout MQTTMessage) {
        var next = list
        while let property = next {
            var (name, text): (UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<CChar>?) = (nil, nil)
            var (data, count): (UnsafeMutableRawPointer?, UInt16) = (nil, 0)
            let identifier = mosquitto_property_identifier(property)
            switch identifier {
            case MQTT_PROP_USER_PROPERTY.identifier:
                mosquitto_property_read_string_pair(property, identifier, &name, &text, false)
                if let name, let text {
                    message.userProperties.append(
                        MQTTMessage.UserProperty(name: String(cString: name), value: String(cString: text)))
                }
            case MQTT_PROP_RESPONSE_TOPIC.identifier:
                mosquitto_property_read_string(property, identifier, &text, false)
                message.responseTopic = text.map { String(cString: $0) }
            case MQTT_PROP_CORRELATION_DATA.identifier:
                mosquitto_property_read_binary(property, identifier, &data, &count, false)
                message.correlationData = data.map {
                    Array(UnsafeRawBufferPointer(start: $0, count: Int(count)))
                }
            case MQTT_PROP_MESSAGE_EXPIRY_INTERVAL.identifier:
                var seconds: UInt32 = 0
                mosquitto_property_read_int32(property, identifier, &seconds, false)
                message.expirySeconds = seconds
            default: break
            }
            free(name)
            free(text)
            free(data)
            next = mosquitto_property_next(property)
        }
    }
}

/// What a broker of MQTT 5 offers, by the properties of its CONNACK.
struct BrokerLimits {
    /// The largest packet that it takes, bytes; nil: any.
    private(set) var packetBytes: Int?
    private(set) var retains = true
    /// Whether it takes messages of quality 1.
    private(set) var acknowledges = true

    init(_ properties: OpaquePointer?) {
        var (bytes, quality, retains): (UInt32, UInt8, UInt8) = (0, 1, 1)
        if mosquitto_property_read_int32(properties, MQTT_PROP_MAXIMUM_PACKET_SIZE.identifier, &bytes, false)
            != nil
        {
            packetBytes = Int(bytes)
        }
        mosquitto_property_read_byte(properties, MQTT_PROP_MAXIMUM_QOS.identifier, &quality, false)
        mosquitto_property_read_byte(properties, MQTT_PROP_RETAIN_AVAILABLE.identifier, &retains, false)
        (acknowledges, self.retains) = (quality > 0, retains > 0)
    }
}

extension mqtt5_property {
    /// As the functions take it.
    var identifier: Int32 { Int32(rawValue) }
}
