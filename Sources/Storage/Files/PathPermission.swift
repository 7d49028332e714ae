import Foundation

/// Whether this process may keep files at a path that it alone is to change.
package enum PathPermission {
    /// Of the files that this program keeps in its folders.
    private static let suffixes = [".lock", ".json", ".safetensors", ".part"]

    /// Why a file or folder, which need not exist yet, cannot be kept by this process; nil if it can. What belongs to
    /// another user counts as well: files that root adds to a service's folder cannot be replaced by the service.
    package static func fault(of path: String) -> String? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            return errno == ENOENT ? faultOfFolder(above: path) : "\(path): \(reason(errno))"
        }
        let isFolder = status.st_mode & S_IFMT == S_IFDIR
        if let fault = fault(of: path, status, needing: isFolder ? W_OK | X_OK : W_OK) { return fault }
        guard isFolder else { return faultOfFolder(above: path) }
        // Other files, such as a disk's lost+found, are not this program's.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        for name in names where Self.suffixes.contains(where: name.hasSuffix) {
            let file = path + "/" + name
            guard lstat(file, &status) == 0, let fault = fault(of: file, status, needing: W_OK) else {
                continue
            }
            return fault
        }
        return nil
    }

    private static func fault(of path: String, _ status: stat, needing mode: Int32) -> String? {
        guard status.st_uid == geteuid() else {
            return "\(path) belongs to \(name(of: status.st_uid)), but this process to \(name(of: geteuid()))"
        }
        return access(path, mode) == 0 ? nil : "\(path): \(reason(errno))"
    }

    /// Whether a file can be made beside a path: in its folder or, if that is missing too, in the next one above.
    private static func faultOfFolder(above path: String) -> String? {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path(percentEncoded: false)
        if access(folder, W_OK | X_OK) == 0 { return nil }
        guard errno == ENOENT, folder != path, folder != "/" else { return "\(folder): \(reason(errno))" }
        return faultOfFolder(above: folder)
    }

    private static func name(of user: uid_t) -> String {
        getpwuid(user).map { "the user \(String(cString: $0.pointee.pw_name))" } ?? "user \(user)"
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)).lowercased() }
}
