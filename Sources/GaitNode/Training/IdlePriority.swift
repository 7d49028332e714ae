import Foundation
import Glibc
import Messaging

/// The lowest priority for a thread and what it starts: processor and disk only when nothing else wants them.
enum IdlePriority {
    /// SCHED_IDLE of sched(7), which the import leaves out.
    private static let idlePolicy: Int32 = 5
    /// IOPRIO_WHO_PROCESS, and IOPRIO_CLASS_IDLE at its place in the value, of ioprio_set(2).
    private static let (process, idleClass) = (1, 3 << 13)

    #if arch(x86_64)
        private static let setsDiskPriority: Int? = 251
    #elseif arch(arm64)
        private static let setsDiskPriority: Int? = 30
    #else
        private static let setsDiskPriority: Int? = nil
    #endif

    /// Lowers the calling thread for good. If the system does not permit it, training merely competes.
    ///
    /// On Linux nice values, policies and disk priorities belong to threads, and a process inherits those of the thread
    /// that starts it, so a child never runs at a higher one.
    static func takeByThisThread() {
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
        var parameters = sched_param()
        sched_setscheduler(0, idlePolicy, &parameters)
        // Under SCHED_IDLE the kernel takes the idle class by itself unless one was set; this is for a parent that has
        // one. The C library has no function for it.
        if let number = setsDiskPriority { _ = SystemCall.call(number, process, 0, idleClass) }
    }

    /// Lets the processes of a group compete normally, if permitted: on a busy machine an idle one might never end.
    ///
    /// - Parameter group: The process group's number.
    static func end(ofGroup group: pid_t) {
        let files = FileManager.default
        for process in (try? files.contentsOfDirectory(atPath: "/proc"))?.compactMap({ pid_t($0) }) ?? []
        where getpgid(process) == group {
            let threads = (try? files.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
            for thread in threads.compactMap({ pid_t($0) }) {
                var parameters = sched_param()
                sched_setscheduler(thread, SCHED_OTHER, &parameters)
                setpriority(__priority_which_t(PRIO_PROCESS.rawValue), id_t(thread), 0)
            }
        }
    }
}

/// A control group for the training child below the service's: it gets processor and disk only when the daemon and
/// other processes in it want none, and a bounded amount of memory.
///
/// It needs a service with a delegated group (`Delegate=yes`) in the unified hierarchy; otherwise the child's
/// scheduling policy has to suffice.
struct TrainingCgroup {
    /// Bytes: several times what a training takes. Beyond it the kernel ends the child, and not the daemon.
    static let memoryLimit = 1 << 30

    private let folder: String

    /// Creates the groups, and moves this process into one: in the unified hierarchy only groups without processes of
    /// their own can distribute resources.
    ///
    /// - Parameters:
    ///   - service: The folder of the service's group.
    ///   - process: This process.
    /// - Returns: nil if that is not permitted, or there is no control group.
    init?(service: String, process: pid_t) {
        let daemon = service + "/daemon"
        folder = service + "/training"
        for name in [daemon, folder] where mkdir(name, 0o755) != 0 && errno != EEXIST { return nil }
        guard Self.write("\(process)", to: daemon + "/cgroup.procs") else { return nil }
        // One by one, since a kernel or a parent may lack some.
        for controller in ["+cpu", "+io", "+memory"] {
            _ = Self.write(controller, to: service + "/cgroup.subtree_control")
        }
        setIdle(true)
        _ = Self.write("default 1", to: folder + "/io.weight")
        _ = Self.write("\(Self.memoryLimit)", to: folder + "/memory.max")
    }

    /// The group below the service's; nil if systemd did not start this process as a service.
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

    /// Moves a process, with everything it will start, into the group.
    ///
    /// - Returns: Whether that succeeded.
    @discardableResult
    func take(_ process: pid_t) -> Bool {
        setIdle(true)
        return Self.write("\(process)", to: folder + "/cgroup.procs")
    }

    /// Whether the group gets the processor only when nothing else wants it; not while its processes have to end.
    func setIdle(_ isIdle: Bool) {
        // Since Linux 5.15; the smallest weight before.
        if !Self.write(isIdle ? "1" : "0", to: folder + "/cpu.idle") {
            _ = Self.write(isIdle ? "1" : "100", to: folder + "/cpu.weight")
        }
    }

    /// Writes to an existing file.
    private static func write(_ text: String, to path: String) -> Bool {
        let descriptor = open(path, O_WRONLY | O_TRUNC | O_CLOEXEC)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        return Glibc.write(descriptor, bytes, bytes.count) == bytes.count
    }
}

/// A process as a file descriptor, which becomes readable when the process ends (pidfd_open(2), Linux 5.3).
package final class ProcessDescriptor: Sendable {
    package let descriptor: Int32

    /// Nil if there is no such process, or the kernel has no such descriptors.
    package init?(of process: Int32) {
        let result = SystemCall.call(SystemCall.openProcess, Int(process), 0)
        guard result >= 0 else { return nil }
        descriptor = Int32(result)
    }

    deinit { close(descriptor) }

    /// Blocks until the process has ended.
    ///
    /// - Returns: whether it did in time.
    @discardableResult
    func waitForEnd(seconds: Double) -> Bool {
        let deadline = Arrival.monotonicSeconds() + seconds
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        repeat {
            if poll(&watched, 1, WakeSignal.milliseconds(until: deadline)) > 0 { return true }
        } while Arrival.monotonicSeconds() < deadline
        return false
    }
}

/// System calls without a function that Swift can import.
private enum SystemCall {
    /// pidfd_open(2), on every architecture.
    static let openProcess = 434

    /// Calls the kernel; -1 with `errno` on failure.
    static func call(_ number: Int, _ first: Int, _ second: Int, _ third: Int = 0) -> Int {
        // Swift imports no C function with variable arguments.
        guard let address = dlsym(nil, "syscall") else { return -1 }
        typealias Function = @convention(c) (Int, Int, Int, Int) -> Int
        return unsafeBitCast(address, to: Function.self)(number, first, second, third)
    }
}
