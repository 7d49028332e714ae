extension MQTTClient {
    /// How to reach the broker, and the bounds of what is kept in memory.
    package struct Configuration: Sendable {
        package var host: String
        /// 1...65535.
        package var port: Int
        /// Unique at the broker: a second client of the same name takes the first one's place.
        package var clientIdentifier: String
        package var username: String?
        package var password: String?
        /// How the connection is encrypted; nil for one that is not.
        package var tls: TLS?
        /// 5...65535: a silent connection is given up after between one and two of these.
        package var keepAliveSeconds = 15
        /// What the broker publishes for us when we vanish without a goodbye.
        package var will: MQTTMessage?
        /// Larger payloads are counted (`Statistics.oversized`) and handed on without their payload only.
        package var maximumPayloadBytes = 1 << 20
        /// Messages that wait for the network thread; beyond it the oldest is dropped and counted.
        package var maximumQueuedMessages = 1024
        /// 1...65535: messages of quality 1 that await their acknowledgement; the others wait in the queue.
        package var maximumInFlightMessages = 64
        /// Seconds before the second attempt to connect, doubled at each further one.
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

    /// An encrypted connection, TLS 1.2 at least. The broker's certificate must come from an authority that is
    /// trusted, be in its time and name the host that was connected to: there is no way to do without that.
    package struct TLS: Sendable, Equatable {
        /// PEM file of the authorities that are trusted; nil for the system's, ``systemAuthorities``.
        package var authorityFile: String?
        /// PEM file of the client's own certificate, for brokers that ask for one.
        package var certificateFile: String?
        /// PEM file of that certificate's key; there if and only if `certificateFile` is.
        package var keyFile: String?
        /// The password of an encrypted key.
        package var keyPassword: String?

        /// Where Debian keeps the authorities that the system trusts.
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
