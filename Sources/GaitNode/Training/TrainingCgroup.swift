import Foundation
import Glibc

/// A control group of the training child's own, below the service's: it gets processor and disk only when the daemon
/// and everybody else in it want none, and no more memory than it needs.
///
/// For a service that systemd has delegated its group to (`Delegate=yes`), in the unified hierarchy; elsewhere there
/// is none, and the child's scheduling policy has to do.
struct TrainingCgroup {
    /// Bytes: several times what a training takes. Beyond it the child is ended, and not the daemon.
    static let memoryLimit = 1 << 30

    private let folder: String

    /// Makes the groups, and moves this process into one: in the unified hierarchy only groups without processes of
    /// their own can share out what they have.
    ///
    /// - Parameters:
    ///   - service: The folder of the service's group.
    ///   - process: This process.
    /// - Returns: nil where that is not permitted, or no control group.
    init?(service: String, process: pid_t) {
        let daemon = service + "/daemon"
        folder = service + "/training"
        for name in [daemon, folder] where mkdir(name, 0o755) != 0 && errno != EEXIST { return nil }
        guard Self.write("\(process)", to: daemon + "/cgroup.procs") else { return nil }
        // Each by itself, since a kernel or a parent may not have all of them.
        for controller in ["+cpu", "+io", "+memory"] {
            _ = Self.write(controller, to: service + "/cgroup.subtree_control")
        }
        setIdle(true)
        _ = Self.write("default 1", to: folder + "/io.weight")
        _ = Self.write("\(Self.memoryLimit)", to: folder + "/memory.max")
    }

    /// The group below that of the service which this process is; nil where systemd did not start it as one.
    static func ofThisService(
        environment: [String: String] = ProcessInfo.processInfo.environment
    ) -> TrainingCgroup? {
        guard environment["INVOCATION_ID"] != nil, environment["NOTIFY_SOCKET"] != nil,
            let text = try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8),
            let line = text.split(separator: "\n").first(where: { $0.hasPrefix("0::/") }),
            line.hasSuffix(".service")
        else { return nil }
        return TrainingCgroup(service: "/sys/fs/cgroup" + line.dropFirst(3), process: getpid())
    }

    /// Moves a process, with what it will start, into the group.
    ///
    /// - Returns: Whether it is there.
    @discardableResult
    func take(_ process: pid_t) -> Bool {
        setIdle(true)
        return Self.write("\(process)", to: folder + "/cgroup.procs")
    }

    /// Whether the group gets the processor only when nobody else wants it: not while its processes are to end.
    func setIdle(_ isIdle: Bool) {
        // Since Linux 5.15; the smallest weight before.
        if !Self.write(isIdle ? "1" : "0", to: folder + "/cpu.idle") {
            _ = Self.write(isIdle ? "1" : "100", to: folder + "/cpu.weight")
        }
    }

    /// Writes to a file that is there.
    private static func write(_ text: String, to path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        return Glibc.write(descriptor, bytes, bytes.count) == bytes.count
    }
}
