import Glibc
import Messaging

/// What the node needs of the operating system. Without it parts of the node would wait forever for threads that never
/// start, and OpenBLAS for memory.
package enum ProcessLimits {
    /// Threads besides those that a process starts with: the node's own, those of Swift's concurrency, and one for a
    /// training.
    static let threads = 16
    /// File descriptors: a running node has 45 open; a training and the gait store need more.
    static let descriptors = 64
    /// Bytes of addresses: OpenBLAS takes 128 MB for each of two threads, malloc reserves as much for others.
    static let addresses = 768 << 20
    /// Bytes that may be written, of those addresses.
    static let memory = 320 << 20

    /// Bytes of stack of a thread that only waits. Less is refused where libraries have much memory of each thread's own.
    private static let stackSize = 512 << 10

    /// Tries whether all of this is there, and gives it back.
    ///
    /// - Throws: `GaitNodeError.resources` that names what is missing and where it is limited.
    package static func check() throws(GaitNodeError) {
        try checkAddresses()
        try checkDescriptors()
        try checkThreads()
    }

    private static func checkAddresses() throws(GaitNodeError) {
        for (bytes, protection, name) in [
            (addresses, PROT_NONE, "addresses (ulimit -v)"),
            (memory, PROT_READ | PROT_WRITE, "memory (ulimit -d)"),
        ] {
            let flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE
            guard let place = mmap(nil, bytes, protection, flags, -1, 0), place != MAP_FAILED else {
                throw .resources(missing: "\(bytes >> 20) MB of \(name)", code: errno)
            }
            munmap(place, bytes)
        }
    }

    private static func checkDescriptors() throws(GaitNodeError) {
        var copies: [Int32] = []
        defer { for copy in copies { close(copy) } }
        while copies.count < descriptors {
            let copy = dup(STDERR_FILENO)
            guard copy >= 0 else {
                let code = errno
                // A closed standard error is no lack of descriptors.
                if code == EBADF { return }
                throw .resources(
                    missing:
                        "\(descriptors) file descriptors (ulimit -n, LimitNOFILE=); \(copies.count) are left",
                    code: code)
            }
            copies.append(copy)
        }
    }

    private static func checkThreads() throws(GaitNodeError) {
        let ended = SharedState(0)
        var started = 0
        do throws(MessagingError) {
            // All must run at once: they end when the last one has started.
            let gate = try WakeSignal()
            defer {
                gate.raise()
                _ = ended.wait(seconds: 1) { $0 == started }
            }
            while started < threads {
                try SystemThread.start(name: "check", stackSize: stackSize) {
                    _ = gate.wait(until: nil)
                    ended.withLock { $0 += 1 }
                }
                started += 1
            }
        } catch {
            guard case .system(_, let code) = error else { return }
            throw .resources(
                missing:
                    "\(threads) threads (ulimit -u, TasksMax=, --pids-limit); \(started) could be started",
                code: code)
        }
    }
}
