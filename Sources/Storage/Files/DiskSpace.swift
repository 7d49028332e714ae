import Foundation

/// How much room there is on a disk.
package enum DiskSpace {
    /// Bytes that an ordinary user may still write beside a file; 0 where that cannot be told.
    ///
    /// - Parameter path: A file, which need not exist, or a folder.
    package static func freeBytes(at path: String) -> Int {
        var figures = statvfs()
        if statvfs(path, &figures) != 0 {
            let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path(percentEncoded: false)
            guard statvfs(folder, &figures) == 0 else { return 0 }
        }
        return Int(
            clamping: UInt64(figures.f_bavail).multipliedReportingOverflow(by: UInt64(figures.f_frsize))
                .partialValue)
    }
}
