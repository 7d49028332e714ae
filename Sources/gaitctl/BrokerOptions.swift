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

    @Flag(help: "Encrypt the connection, checking the broker's certificate and host.")
    var tls = false

    @Option(
        help: ArgumentHelp(
            "Trust these authorities (PEM) in place of the system's; with --tls.", valueName: "file"))
    var caFile: String?

    @Option(help: ArgumentHelp("A client certificate (PEM) for brokers that want one.", valueName: "file"))
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
    /// - Throws: `CommandFailure` where a file cannot be read.
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
