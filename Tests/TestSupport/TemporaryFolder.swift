package import Foundation

/// A folder of a test's own, removed with the last reference to it.
package final class TemporaryFolder: Sendable {
    package let url: URL

    package init() throws {
        url = FileManager.default.temporaryDirectory
            .appending(path: "gaitd-test-\(UUID().uuidString)", directoryHint: .notDirectory)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// Without a slash at its end.
    package var path: String { url.path(percentEncoded: false) }

    /// The path of a file in it, which need not exist.
    package func path(_ name: String) -> String { url.appending(path: name).path(percentEncoded: false) }

    /// The names of what is in it, sorted.
    package func contents() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path).sorted()
    }

    /// Writes a shell script that can be started, and returns its path.
    ///
    /// Another process copies it into place: a program that this one had open for writing while some other test
    /// forked would be busy for as long as that child has its copy of the descriptor.
    package func script(_ name: String, _ lines: String) throws -> String {
        let text = try write(name + ".sh", "#!/bin/sh\n" + lines + "\n")
        try ChildProcess("/bin/sh", ["-c", #"cp "$0" "$1" && chmod 755 "$1""#, text, path(name)]).wait()
        return path(name)
    }

    /// Writes a file and returns its path.
    @discardableResult
    package func write(_ name: String, _ text: String) throws -> String { try write(name, Data(text.utf8)) }

    /// Writes a file and returns its path.
    @discardableResult
    package func write(_ name: String, _ data: Data) throws -> String {
        try data.write(to: url.appending(path: name))
        return path(name)
    }

    /// The process that a script has written to a file with `echo $$`.
    package func processIdentifier(_ name: String) throws -> pid_t {
        let text = try String(contentsOfFile: path(name), encoding: .utf8)
        guard let process = pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
            throw CocoaError(.fileReadCorruptFile)
        }
        return process
    }
}

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
