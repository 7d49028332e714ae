import ArgumentParser
import Foundation
import Messaging
import Synchronization

/// The options that name the MQTT broker.
struct BrokerOptions: ParsableArguments {
    @Option(help: "The MQTT broker's host.")
    var host = "localhost"

    @Option(help: "The MQTT broker's port.")
    var port = 1883

    @Option(help: "The user name at the broker.")
    var username: String?

    @Option(help: ArgumentHelp("A file with the password at the broker.", valueName: "file"))
    var passwordFile: String?

    @Flag(help: "Encrypt the connection, checking the broker's certificate and host.")
    var tls = false

    @Option(
        help: ArgumentHelp(
            "Trust these authorities (PEM) instead of the system's; with --tls.", valueName: "file"))
    var caFile: String?

    @Option(help: ArgumentHelp("A client certificate (PEM) for brokers that ask for one.", valueName: "file"))
    var certificateFile: String?

    @Option(help: ArgumentHelp("The client certificate's key (PEM), without a password.", valueName: "file"))
    var keyFile: String?

    func validate() throws {
        guard (1...65535).contains(port) else { throw ValidationError("--port is 1 to 65535, not \(port).") }
        guard passwordFile == nil || username != nil else {
            throw ValidationError("--password-file needs --username.")
        }
        guard tls || [caFile, certificateFile, keyFile].allSatisfy({ $0 == nil }) else {
            throw ValidationError("--ca-file, --certificate-file and --key-file need --tls.")
        }
        guard (certificateFile == nil) == (keyFile == nil) else {
            throw ValidationError("--certificate-file and --key-file need each other.")
        }
    }

    /// The connection that the options describe; the client's identifier is unique to this process.
    ///
    /// - Throws: `CommandFailure` if a file cannot be read.
    func configuration(purpose: String) throws(CommandFailure) -> MQTTClient.Configuration {
        let identifier = "gaitctl-\(purpose)-\(ProcessInfo.processInfo.processIdentifier)"
        var configuration = MQTTClient.Configuration(host: host, port: port, clientIdentifier: identifier)
        configuration.username = username
        if let passwordFile {
            guard let contents = FileManager.default.contents(atPath: passwordFile),
                let password = MQTTClient.Configuration.password(in: contents)
            else { throw .configuration("\(passwordFile): the password cannot be read") }
            configuration.password = password
        }
        if tls {
            for file in [caFile, certificateFile, keyFile].compactMap(\.self)
            where !FileManager.default.isReadableFile(atPath: file) {
                throw .configuration("\(file): the file cannot be read")
            }
            configuration.tls = MQTTClient.TLS(
                authorityFile: caFile, certificateFile: certificateFile, keyFile: keyFile)
        }
        return configuration
    }
}

/// The options that name the beginnings of the topics.
struct TopicOptions: ParsableArguments {
    @Option(help: ArgumentHelp("The beginning of the robots' topics.", valueName: "prefix"))
    var robotsPrefix = "robots"

    @Option(help: ArgumentHelp("The beginning of the nodes' topics.", valueName: "prefix"))
    var nodePrefix = "gaitd"

    func validate() throws {
        for prefix in [robotsPrefix, nodePrefix] where !Topics.isValidPrefix(prefix) {
            throw ValidationError(
                "\"\(prefix)\" cannot begin a topic: give names with slashes between them.")
        }
    }

    /// The topics under these prefixes.
    ///
    /// - Parameter node: the node whose own topics they are.
    func topics(node: String = "gaitctl") throws(MessagingError) -> Topics {
        try Topics(node: node, robots: robotsPrefix, nodes: nodePrefix)
    }

    /// Throws a `ValidationError` for a name of a robot, camera or node that cannot be part of a topic.
    static func check(_ option: String, _ name: String) throws {
        guard Topics.isValidName(name) else {
            throw ValidationError(
                "\(option) is 1 to 64 letters, digits, dots, dashes or underscores, not \"\(name)\".")
        }
    }
}

/// A connection to the broker with a bounded queue of the messages that arrive on some topics.
final class BrokerConnection: Sendable {
    let client: MQTTClient
    private let tellsTrouble: Bool
    private let lastTrouble = Mutex<String?>(nil)
    private let arrived: BoundedQueue<MQTTMessage>
    private let events: BoundedQueue<ConnectionEvent>
    /// The longest wait at a time, so that Ctrl-C is seen soon.
    private static let nap = 0.1

    /// Connects and subscribes; returns once the broker has answered.
    ///
    /// - Parameters:
    ///   - capacity: messages that may wait. Beyond it the oldest is dropped and counted.
    ///   - tellsTrouble: whether stderr tells of a connection that is lost later.
    /// - Throws: `CommandFailure` if the broker does not answer within 10 s, saying why; `MessagingError` for an
    ///   invalid filter.
    init(
        _ configuration: MQTTClient.Configuration, filters: [String] = [],
        qualityOfService: MQTTMessage.QualityOfService = .atMostOnce, capacity: Int = 4096,
        tellsTrouble: Bool = true
    ) throws {
        let arrived = try BoundedQueue<MQTTMessage>(capacity: capacity)
        let events = try BoundedQueue<ConnectionEvent>(capacity: 64)
        (self.arrived, self.events, self.tellsTrouble) = (arrived, events, tellsTrouble)
        client = try MQTTClient(
            configuration, onMessage: { _ = arrived.push($0) }, onConnection: { _ = events.push($0) })
        for filter in filters { try client.subscribe(filter, qualityOfService: qualityOfService) }
        try client.start()
        let deadline = Arrival.monotonicSeconds() + 10
        var reason = "no answer"
        var isHopeless = false
        while Arrival.monotonicSeconds() < deadline, !Interruption.isRequested, !isHopeless {
            if client.waitUntilConnected(seconds: BrokerConnection.nap) { return }
            while let event = events.popIfPresent() {
                reason = event.description
                // A certificate, or a wrong port, is no better a second later.
                switch event {
                case .insecure, .webServer: isHopeless = true
                default: break
                }
            }
        }
        client.stop(deadline: 0)
        try Interruption.check()
        throw CommandFailure.failure(
            "no connection to the broker at \(configuration.host):\(configuration.port): \(reason)")
    }

    /// Why there is no connection at the moment; nil if there is one.
    var trouble: String? { lastTrouble.withLock { $0 } }

    /// Messages lost because they came faster than they were taken.
    var dropped: Int { arrived.dropped + client.statistics.oversized }

    /// The oldest waiting message; nil if there is none.
    func nextIfPresent() -> MQTTMessage? { arrived.popIfPresent() }

    /// The oldest message, waited for until CLOCK_MONOTONIC reaches `deadline` seconds (nil: without end); nil at the
    /// deadline and at Ctrl-C.
    ///
    /// - Throws: `CommandFailure` if the broker refuses a subscription or a message.
    func next(until deadline: Double? = nil) throws(CommandFailure) -> MQTTMessage? {
        while !Interruption.isRequested {
            let now = Arrival.monotonicSeconds()
            if let message = arrived.pop(until: min(deadline ?? .infinity, now + BrokerConnection.nap)) {
                return message
            }
            try checkEvents()
            if let deadline, Arrival.monotonicSeconds() >= deadline { return nil }
        }
        return nil
    }

    /// Takes in what happened to the connection.
    private func checkEvents() throws(CommandFailure) {
        while let event = events.popIfPresent() {
            switch event {
            case .subscriptionRefused, .publicationRefused, .publicationTooLarge:
                throw .failure(event.description)
            case .lost, .unreachable, .refused, .insecure, .webServer:
                lastTrouble.withLock { $0 = event.description }
                if tellsTrouble { ProgressReporter().note("\(event); trying again") }
            case .limited: break
            case .connected, .disconnected: lastTrouble.withLock { $0 = nil }
            }
        }
    }

    /// Sends what is queued and disconnects, within a few seconds.
    func stop(deadline seconds: Double = 5) {
        client.stop(deadline: seconds)
    }
}
