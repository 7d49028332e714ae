import Foundation

/// The lowest priority there is, for a thread and what it starts: processor and disk only when nobody else wants them.
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

    /// Lowers the calling thread for good. What is not permitted is left as it is: training then merely competes.
    ///
    /// On Linux nice values, policies and disk priorities belong to threads, and a process takes those of the thread
    /// that starts it, so that a child never runs with more.
    static func takeByThisThread() {
        setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
        var parameters = sched_param()
        sched_setscheduler(0, idlePolicy, &parameters)
        // The C library has no function for it, and Swift imports no function with open arguments. Under SCHED_IDLE
        // the kernel takes the idle class by itself unless one was set; this is for a parent that has one.
        guard let number = setsDiskPriority, let address = dlsym(nil, "syscall") else { return }
        typealias SystemCall = @convention(c) (Int, Int, Int, Int) -> Int
        _ = unsafeBitCast(address, to: SystemCall.self)(number, process, 0, idleClass)
    }

    /// Lets the processes of a group compete as others do, where that is permitted: with both cores taken by somebody
    /// else, an idle one would not even come to its end.
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
