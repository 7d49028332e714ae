package import Foundation

/// This package's own folder, found from this file's place.
package enum PackageFolder {
    package static let url = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The path of a file, given relative to the folder.
    package static func path(_ name: String) -> String {
        url.appending(path: name).path(percentEncoded: false)
    }
}
