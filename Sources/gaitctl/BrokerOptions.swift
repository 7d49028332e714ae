import ArgumentParser
import Foundation
import Messaging

/// The options that name the MQTT broker.
struct BrokerOptions: ParsableArguments {
    @Option(help: "The MQTT broker's host.")
    var host = "localhost"

    @Option(help: "The MQTT broker's port.")
    var port = 1883

    @Option(help: "The user name at the broker.")
    var username: String?

    @Option(help: ArgumentHelp("A file that holds the password at the broker.", valueName: "file"))
    var passwordFile: String?

    func validate() throws {
        guard (1...65535).contains(port) else { throw ValidationError("--port is 1 to 65535, not \(port).") }
        guard passwordFile == nil || username != nil else {
            throw ValidationError("--password-file needs --username.")
        }
    }

    /// The connection that the options describe; the client's identifier is unique to this process.
    ///
    /// - Throws: `CommandFailure` where the password's file cannot be read.
    func configuration(purpose: String) throws(CommandFailure) -> MQTTClient.Configuration {
        let identifier = "gaitctl-\(purpose)-\(ProcessInfo.processInfo.processIdentifier)"
        var configuration = MQTTClient.Configuration(host: host, port: port, clientIdentifier: identifier)
        configuration.username = username
        if let passwordFile {
            guard let text = try? String(contentsOfFile: passwordFile, encoding: .utf8) else {
                throw .configuration("\(passwordFile): the password cannot be read")
            }
            configuration.password = text.trimmingCharacters(in: .newlines)
        }
        return configuration
    }
}
