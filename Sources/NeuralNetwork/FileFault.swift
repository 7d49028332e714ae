import Glibc

/// Why a file cannot be read.
package enum FileFault {
    /// The operating system's reason, in lower case; nil if the file can be opened and is no folder.
    package static func reason(_ path: String) -> String? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            return errno == ENOENT ? "no such file" : String(cString: strerror(errno)).lowercased()
        }
        defer { close(descriptor) }
        var status = stat()
        let isFolder = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
        return isFolder ? String(cString: strerror(EISDIR)).lowercased() : nil
    }
}
