import Configuration
import Messaging

extension NodeConfiguration.Broker {
    /// `mqtt.tls.*`: how the connection is encrypted. Paths are absolute, or relative to the working directory where
    /// no folder was given.
    package struct TLS: Sendable {
        package var isEnabled: Bool
        /// Nil for the authorities that the system trusts.
        package var authorityFile: String?
        package var certificateFile: String?
        package var keyFile: String?
        package var keyPasswordFile: String?

        init(reader: ConfigReader, folder: String) throws(GaitNodeError) {
            typealias Table = ConfigurationTable
            func path(_ key: ConfigurationKey<String?>) throws(GaitNodeError) -> String? {
                try key.value(from: reader).map { NodeConfiguration.resolve($0, against: folder) }
            }
            isEnabled = try Table.encryption.value(from: reader)
            authorityFile = try path(Table.authorityFile)
            certificateFile = try path(Table.certificateFile)
            keyFile = try path(Table.keyFile)
            keyPasswordFile = try path(Table.keyPasswordFile)
        }

        var values: [String: JSONValue] {
            typealias Table = ConfigurationTable
            return [
                Table.encryption.row.name: .boolean(isEnabled),
                Table.authorityFile.row.name: authorityFile.map { .string($0) } ?? .null,
                Table.certificateFile.row.name: certificateFile.map { .string($0) } ?? .null,
                Table.keyFile.row.name: keyFile.map { .string($0) } ?? .null,
                Table.keyPasswordFile.row.name: keyPasswordFile.map { .string($0) } ?? .null,
            ]
        }
    }
}

/// The keys of the encrypted connection.
extension ConfigurationTable {
    static let encryption = ConfigurationKey.flag(
        "mqtt.tls.enabled", default: false,
        meaning:
            "Whether the connection is encrypted: TLS 1.2 at least, the broker's certificate and host checked."
    )
    static let authorityFile = ConfigurationKey.optionalText(
        "mqtt.tls.ca_file", type: "path", isSecret: true,
        meaning: "PEM file of the authorities that may sign the broker's certificate; the system's if absent."
    )
    static let certificateFile = ConfigurationKey.optionalText(
        "mqtt.tls.certificate_file", type: "path", isSecret: true,
        meaning: "PEM file of this node's own certificate, for brokers that ask for one.")
    static let keyFile = ConfigurationKey.optionalText(
        "mqtt.tls.key_file", type: "path", isSecret: true, meaning: "PEM file of that certificate's key.")
    static let keyPasswordFile = ConfigurationKey.optionalText(
        "mqtt.tls.key_password_file", type: "path", isSecret: true,
        meaning:
            "File that holds the key's password, where it has one; systemd's credential `mqtt-key-password` if absent."
    )

    /// The documentation of these keys.
    static let encryptionRows: [ConfigurationRow] = [
        encryption.row, authorityFile.row, certificateFile.row, keyFile.row, keyPasswordFile.row,
    ]
}
