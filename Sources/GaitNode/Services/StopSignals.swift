import Glibc
package import Messaging
package import ServiceLifecycle
import Synchronization

/// SIGTERM and SIGINT: they stop the node gracefully or, if that takes too long for any reason, end it within two
/// seconds. This works without any thread: where none can be created, Swift's concurrency and libdispatch's signal sources
/// wait forever.
package enum StopSignals {
    /// Handles the signals from now on. Before ``forward(to:)`` they end the process at once.
    package static func install() {
        // Used once here, since a handler must not be the first to initialize them.
        forwarding.store(-1, ordering: .relaxed)
        isStopping.store(false, ordering: .relaxed)
        handle([SIGTERM, SIGINT], stop)
        handle([SIGALRM], giveUp)
    }

    /// From now on the signals ask a group to stop.
    ///
    /// - Throws: `MessagingError.system` if the process has no threads or file descriptors left.
    package static func forward(to group: ServiceGroup) throws(MessagingError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system(call: "pipe", code: errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        let (reading, writing) = (ends[0], ends[1])
        try SystemThread.start(name: "signals", stackSize: 512 << 10) {
            var byte: UInt8 = 0
            while read(reading, &byte, 1) < 0, errno == EINTR {}
            Task { await group.triggerGracefulShutdown() }
        }
        forwarding.store(writing, ordering: .sequentiallyConsistent)
    }

    private static func handle(_ signals: [Int32], _ handler: @escaping @convention(c) (Int32) -> Void) {
        var action = sigaction()
        action.__sigaction_handler.sa_handler = handler
        action.sa_flags = SA_RESTART
        for signal in signals { sigaction(signal, &action, nil) }
    }
}

/// The pipe's end that asks the group to stop; -1 while nothing runs that has to be stopped.
private let forwarding = Atomic<Int32>(-1)
private let isStopping = Atomic<Bool>(false)

/// Only calls that are allowed in a signal handler.
private func stop(_ signal: Int32) {
    let code = errno
    defer { errno = code }
    let descriptor = forwarding.load(ordering: .sequentiallyConsistent)
    if descriptor < 0 { _exit(0) }
    guard !isStopping.exchange(true, ordering: .sequentiallyConsistent) else { return }
    // Less than two seconds, and more than a graceful end takes.
    var timer = itimerval(it_interval: timeval(), it_value: timeval(tv_sec: 1, tv_usec: 900_000))
    setitimer(__itimer_which_t(0), &timer, nil)
    var byte: UInt8 = 1
    _ = write(descriptor, &byte, 1)
}

private func giveUp(_ signal: Int32) {
    let line: StaticString = "critical gaitd did not stop within two seconds, and is ended\n"
    _ = write(STDERR_FILENO, line.utf8Start, line.utf8CodeUnitCount)
    _exit(1)
}
