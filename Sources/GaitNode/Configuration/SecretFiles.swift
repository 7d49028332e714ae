import Foundation
import Logging

/// Where secrets are read from: the files that the configuration names, or else what systemd hands to the service
/// (`LoadCredential=` in its unit). A secret is never part of a description, a log line or a message.
struct SecretFiles {
    /// The folder of systemd's credentials; nil where there is none.
    let credentials: String?
    let logger: Logger

    /// A secret; nil where no file is named and systemd has handed none over.
    ///
    /// - Parameters:
    ///   - file: What the configuration names.
    ///   - key: The key that names it.
    ///   - credential: What systemd calls it.
    /// - Throws: `GaitNodeError.unusableFile` where the file cannot be read or holds nothing.
    func secret(file: String?, key: String, credential: String) throws(GaitNodeError) -> String? {
        if let file {
            let secret = try PasswordFile(path: file, key: key)
            if secret.isWorldReadable {
                logger.warning("\(file) of '\(key)' can be read by every user, chmod 600 keeps it secret")
            }
            return secret.password
        }
        guard let path = credentials.map({ $0 + "/" + credential }),
            FileManager.default.fileExists(atPath: path)
        else { return nil }
        return try PasswordFile(path: path, key: key).password
    }
}
