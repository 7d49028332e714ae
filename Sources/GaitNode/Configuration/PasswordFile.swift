import Foundation

/// A password read from its file. It is never part of a description, a log line or a message.
struct PasswordFile {
    /// The content without the line end that editors append.
    let password: String
    /// Whether every user of the machine may read the file, which deserves a warning.
    let isWorldReadable: Bool

    /// - Parameter key: The configuration key that names the file.
    /// - Throws: `GaitNodeError.unusableFile` when the file cannot be read or holds nothing.
    init(path: String, key: String) throws(GaitNodeError) {
        guard let data = FileManager.default.contents(atPath: path),
            let text = String(data: data, encoding: .utf8)
        else { throw .unusableFile(path: path, key: key, reason: "it cannot be read") }
        let password = text.hasSuffix("\n") ? text.trimmingCharacters(in: .newlines) : text
        guard !password.isEmpty else { throw .unusableFile(path: path, key: key, reason: "it is empty") }
        self.password = password
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        let permissions = (attributes?[.posixPermissions] as? NSNumber)?.intValue ?? 0
        isWorldReadable = permissions & 0o004 != 0
    }
}
