import Foundation
import Logging
import Messaging
import NeuralNetwork

/// Reads secrets from the files that the configuration names, or otherwise from systemd's credentials
/// (`LoadCredential=` in the unit). A secret never becomes part of a description, a log line or a message.
struct SecretFiles {
    /// The folder of systemd's credentials; nil if there is none.
    let credentials: String?
    let logger: Logger

    /// A secret; nil if no file is named and systemd has provided none.
    ///
    /// - Parameters:
    ///   - file: What the configuration names.
    ///   - key: The key that names it.
    ///   - credential: systemd's name for it.
    /// - Throws: `GaitNodeError.unusableFile` if the file cannot be read or is empty.
    func secret(file: String?, key: String, credential: String) throws(GaitNodeError) -> String? {
        if let file {
            let secret = try PasswordFile(path: file, key: key)
            if secret.isWorldReadable {
                logger.warning("every user can read \(file) ('\(key)'); chmod 600 keeps it secret")
            }
            return secret.password
        }
        guard let path = credentials.map({ $0 + "/" + credential }),
            access(path, F_OK) == 0 || errno != ENOENT
        else { return nil }
        return try PasswordFile(path: path, key: key).password
    }
}

/// A password read from its file.
struct PasswordFile {
    /// The content without the line ends that editors append.
    let password: String
    /// Whether every user of the machine may read the file.
    let isWorldReadable: Bool

    /// - Parameter key: The configuration key that names the file.
    /// - Throws: `GaitNodeError.unusableFile` if the file cannot be read or is empty.
    init(path: String, key: String) throws(GaitNodeError) {
        guard let contents = FileManager.default.contents(atPath: path),
            let password = MQTTClient.Configuration.password(in: contents)
        else {
            let reason = FileFault.reason(path) ?? "it is not UTF-8"
            throw .unusableFile(path: path, key: key, reason: "it cannot be read: \(reason)")
        }
        guard !password.isEmpty else { throw .unusableFile(path: path, key: key, reason: "it is empty") }
        self.password = password
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        let permissions = (attributes?[.posixPermissions] as? NSNumber)?.intValue ?? 0
        isWorldReadable = permissions & 0o004 != 0
    }
}
