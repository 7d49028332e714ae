extension MQTTClient {
    /// How to reach the broker, and bounds on memory.
    package struct Configuration: Sendable {
        package var host: String
        /// 1...65535.
        package var port: Int
        /// Unique at the broker: a second client of the same name replaces the first.
        package var clientIdentifier: String
        package var username: String?
        package var password: String?
        /// How the connection is encrypted; nil for an unencrypted one.
        package var tls: TLS?
        /// 5...65535: the client gives up a silent connection after one to two of these.
        package var keepAliveSeconds = 15
        /// The broker publishes this for us when we vanish without disconnecting.
        package var will: MQTTMessage?
        /// Messages with larger payloads are counted (`Statistics.oversized`) and reported without them.
        package var maximumPayloadBytes = 1 << 20
        /// Messages that wait for the network thread; a further one drops and counts the oldest.
        package var maximumQueuedMessages = 1024
        /// 1...65535: messages of quality 1 that await their acknowledgement; further ones wait in the queue.
        package var maximumInFlightMessages = 64
        /// Seconds before the second attempt to connect; doubled for each further one.
        package var firstRetrySeconds = 1.0
        /// The longest time between two attempts.
        package var longestRetrySeconds = 30.0
        /// Seconds from the start of an attempt to the broker's CONNACK.
        package var connectTimeoutSeconds = 10.0

        package init(host: String, port: Int = 1883, clientIdentifier: String) {
            self.host = host
            self.port = port
            self.clientIdentifier = clientIdentifier
        }

        /// The password in a file's contents: all but the line ends after it, Windows' too, and a byte order mark before
        /// it; nil if that is not UTF-8.
        package static func password(in contents: some Sequence<UInt8>) -> String? {
            var bytes = Array(contents)
            if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
            while let last = bytes.last, last == 0x0A || last == 0x0D { bytes.removeLast() }
            return String(validating: bytes, as: UTF8.self)
        }

        /// Throws `MessagingError` for the first setting that libmosquitto would refuse later.
        func validate() throws(MessagingError) {
            func check(_ name: String, _ value: Int, _ range: ClosedRange<Int>) throws(MessagingError) {
                guard range.contains(value) else {
                    throw .settingOutOfRange(name: name, value: value, range: range)
                }
            }
            guard !host.isEmpty, !host.utf8.contains(0) else { throw .invalidHost(host) }
            guard (1...256).contains(clientIdentifier.utf8.count), !clientIdentifier.utf8.contains(0) else {
                throw .invalidClientIdentifier(clientIdentifier)
            }
            guard password == nil || username != nil else { throw .passwordWithoutUsername }
            try check("port", port, 1...65535)
            try check("keepAliveSeconds", keepAliveSeconds, 5...65535)
            try check("maximumPayloadBytes", maximumPayloadBytes, 1...(1 << 28) - 1)
            try check("maximumQueuedMessages", maximumQueuedMessages, 1...1 << 20)
            try check("maximumInFlightMessages", maximumInFlightMessages, 1...65535)
            if let tls, (tls.certificateFile == nil) != (tls.keyFile == nil) { throw .certificateWithoutKey }
            if let will { try MosquittoHandle.check(publishTopic: will.topic) }
        }
    }

    /// An encrypted connection, at least TLS 1.2. The broker's certificate must come from a trusted authority, be within
    /// its validity period and name the host that we connect to. No option turns these checks off.
    package struct TLS: Sendable, Equatable {
        /// PEM file of the trusted authorities; nil for the system's, ``systemAuthorities``.
        package var authorityFile: String?
        /// PEM file of the client's own certificate, for brokers that ask for one.
        package var certificateFile: String?
        /// PEM file of that certificate's key; set if and only if `certificateFile` is.
        package var keyFile: String?
        /// The password of an encrypted key.
        package var keyPassword: String?

        /// Debian's folder of the authorities that the system trusts.
        package static let systemAuthorities = "/etc/ssl/certs"

        package init(
            authorityFile: String? = nil, certificateFile: String? = nil, keyFile: String? = nil,
            keyPassword: String? = nil
        ) {
            (self.authorityFile, self.certificateFile) = (authorityFile, certificateFile)
            (self.keyFile, self.keyPassword) = (keyFile, keyPassword)
        }
    }
}
