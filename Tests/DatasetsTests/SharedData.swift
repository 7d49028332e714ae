import Foundation

/// The data sets beside the project; nil where they are absent.
let sharedData: String? = {
    var root = URL(filePath: #filePath)
    for _ in 0..<3 { root.deleteLastPathComponent() }
    let folder = root.appending(path: "../shared/data").standardizedFileURL.path(percentEncoded: false)
    return FileManager.default.fileExists(atPath: folder) ? folder : nil
}()
