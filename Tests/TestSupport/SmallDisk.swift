import Foundation

/// A small disk in memory, gone with the last reference to it.
package final class SmallDisk {
    package let folder: TemporaryFolder

    /// Whether disks can be mounted here.
    package static let isPermitted = (try? SmallDisk(kilobytes: 64)) != nil

    /// Nil where mounting is not allowed.
    package init?(kilobytes: Int) throws {
        folder = try TemporaryFolder()
        guard mount("tmpfs", folder.path, "tmpfs", 0, "size=\(kilobytes)k") == 0 else { return nil }
    }

    deinit { umount2(folder.path, Int32(MNT_DETACH)) }
}
