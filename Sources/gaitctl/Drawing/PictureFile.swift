import Foundation

/// Where a picture goes.
enum PictureFile {
    /// Writes a document to a file, whole or not at all, or to stdout.
    ///
    /// - Throws: `CommandFailure.failure` where the file cannot be written.
    static func write(_ document: String, to path: String?) throws(CommandFailure) {
        guard let path else { return print(document, terminator: "") }
        do {
            try document.write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            throw .failure("\(path) cannot be written: \(error.localizedDescription)")
        }
    }
}
