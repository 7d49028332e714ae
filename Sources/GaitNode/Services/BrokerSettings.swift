import Foundation
import Logging
import Messaging
import NeuralNetwork
import Synchronization

extension MQTTClient.Configuration {
    /// The client's settings, with the secrets from their files.
    ///
    /// - Parameter credentials: The folder of this service's secrets from systemd; nil if it has none.
    /// - Throws: `GaitNodeError` for an unreadable file, and for contradictory settings.
    init(
        _ configuration: NodeConfiguration, logger: Logger,
        credentials: String? = ProcessInfo.processInfo.environment["CREDENTIALS_DIRECTORY"]
    ) throws(GaitNodeError) {
        let broker = configuration.broker
        self.init(
            host: broker.host, port: broker.port, clientIdentifier: "gaitd-\(configuration.nodeIdentifier)")
        keepAliveSeconds = broker.keepAlive
        maximumPayloadBytes = PipelineLimits.payloadBytes
        maximumQueuedMessages = PipelineLimits.outgoingMessages
        username = broker.username
        let secrets = SecretFiles(credentials: credentials, logger: logger)
        let passwordKey = ConfigurationTable.name(\.broker.passwordFile)
        if let path = broker.passwordFile, username == nil {
            throw .unusableFile(path: path, key: passwordKey, reason: "'mqtt.username' is not set")
        }
        if username != nil {
            password = try secrets.secret(
                file: broker.passwordFile, key: passwordKey, credential: "mqtt-password")
        }
        tls = try MQTTClient.TLS(broker.tls, secrets: secrets)
        let isLocal = ["localhost", "::1"].contains(broker.host) || broker.host.hasPrefix("127.")
        if tls == nil, password != nil, !isLocal {
            logger.warning(
                "the password is sent to \(broker.host) unencrypted; set 'mqtt.tls.enabled' and a port with TLS"
            )
        }
        do {
            will = StateMessage.message(.offline, topic: try configuration.topics().state)
        } catch {
            throw .messaging(reason: "\(error)")
        }
    }
}

extension MQTTClient.TLS {
    /// - Returns: nil if encryption is not enabled.
    fileprivate init?(
        _ configuration: NodeConfiguration.TLS, secrets: SecretFiles
    ) throws(GaitNodeError) {
        let files = [
            (ConfigurationTable.name(\.broker.tls.authorityFile), configuration.authorityFile),
            (ConfigurationTable.name(\.broker.tls.certificateFile), configuration.certificateFile),
            (ConfigurationTable.name(\.broker.tls.keyFile), configuration.keyFile),
            (ConfigurationTable.name(\.broker.tls.keyPasswordFile), configuration.keyPasswordFile),
        ]
        for case (let key, let path?) in files {
            // An operator who names a certificate but forgets to enable TLS must not get an unencrypted connection.
            guard configuration.isEnabled else {
                throw .unusableFile(path: path, key: key, reason: "'mqtt.tls.enabled' is not true")
            }
            if let reason = FileFault.reason(path) {
                throw .unusableFile(path: path, key: key, reason: "it cannot be read: \(reason)")
            }
        }
        guard configuration.isEnabled else { return nil }
        if let path = configuration.certificateFile, configuration.keyFile == nil {
            throw .unusableFile(path: path, key: files[1].0, reason: "'mqtt.tls.key_file' is not set")
        }
        if let path = configuration.keyFile, configuration.certificateFile == nil {
            throw .unusableFile(path: path, key: files[2].0, reason: "'mqtt.tls.certificate_file' is not set")
        }
        self.init(
            authorityFile: configuration.authorityFile, certificateFile: configuration.certificateFile,
            keyFile: configuration.keyFile,
            keyPassword: configuration.keyFile == nil
                ? nil
                : try secrets.secret(
                    file: configuration.keyPasswordFile, key: files[3].0, credential: "mqtt-key-password"))
    }
}

/// Counts the network thread's connection events for the pipeline, and logs them.
final class ConnectionMonitor: Sendable {
    private let count = Atomic<Int>(0)
    private let log: Mutex<RepeatedLog>
    private let logger: Logger

    init(logger: Logger) {
        self.logger = logger
        log = Mutex(RepeatedLog(logger: logger))
    }

    /// How often the broker has accepted us.
    var connections: Int { count.load(ordering: .acquiring) }

    /// Notes an event, on the network thread.
    func note(_ event: ConnectionEvent) {
        switch event {
        case .connected:
            count.add(1, ordering: .releasing)
            logger.info("\(event)")
        case .disconnected:
            logger.debug("\(event)")
        case .refused, .unreachable, .insecure, .lost, .subscriptionRefused, .publicationRefused,
            .publicationTooLarge, .limited, .webServer:
            noteTrouble(event)
        }
    }

    /// Logs a problem, limited by kind: a broker that is down for a day causes one line a minute.
    func noteTrouble(_ event: ConnectionEvent) {
        log.withLock { log in log.warning(event.kind, at: Arrival.monotonicSeconds()) { "\(event)" } }
    }
}
