import Foundation
import Messaging
import Synchronization

/// Whether the operator asked the command to end, by Ctrl-C or SIGTERM.
///
/// Long work asks at every step and ends with what it has, or throws `CommandFailure.interrupted`. The program
/// catches the signals from the first question on; until then they end it as they end any program. A second signal
/// always ends it.
enum Interruption {
    static let isArmed = Atomic<Bool>(false)
    private static let requested = Atomic<Bool>(false)
    /// The longest sleep at a time, so that Ctrl-C is seen soon, seconds.
    private static let nap = 0.1

    /// A pipe that the signal handler writes to; -1 if the process has run out of file descriptors.
    private static let ends: (read: Int32, write: Int32) = {
        var ends: [Int32] = [-1, -1]
        _ = pipe(&ends)
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        return (ends[0], ends[1])
    }()

    /// Installed once, at the first access.
    private static let handlers: Void = {
        // Touched here so that the signal handler never runs their first, locking, access.
        requested.store(false, ordering: .relaxed)
        _ = ends
        for signal in [SIGINT, SIGTERM] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { _ in
                Interruption.requested.store(true, ordering: .relaxed)
                var byte: UInt8 = 1
                _ = Glibc.write(Interruption.ends.write, &byte, 1)
            }
            action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
            sigaction(signal, &action, nil)
        }
    }()

    /// Makes the first check install the signal handlers. Only the program's main calls this, before it starts
    /// threads; tests that run the same work in their own process keep the signals' usual effect.
    static func arm() {
        isArmed.store(true, ordering: .relaxed)
        // A parent may pass on blocked signals, as Foundation's Process does from some threads.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGINT)
        sigaddset(&signals, SIGTERM)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
    }

    /// Whether SIGINT or SIGTERM has arrived.
    static var isRequested: Bool {
        if isArmed.load(ordering: .relaxed) { _ = handlers }
        return requested.load(ordering: .relaxed)
    }

    /// Blocks until SIGINT or SIGTERM has arrived, if an earlier question had them caught, or another file descriptor
    /// is readable.
    static func wait(alongside other: Int32?) {
        var watched = [ends.read, other ?? -1].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while poll(&watched, nfds_t(watched.count), -1) < 0, errno == EINTR {}
    }

    /// Throws `CommandFailure.interrupted` once SIGINT or SIGTERM has arrived.
    static func check() throws(CommandFailure) {
        if isRequested { throw .interrupted }
    }

    /// Sleeps until CLOCK_MONOTONIC reaches a moment in seconds; false if a signal came first.
    ///
    /// - Parameter onNap: called now and then with the seconds that are left.
    static func sleep(until moment: Double, onNap: (Double) -> Void = { _ in }) -> Bool {
        while !isRequested {
            let left = moment - Arrival.monotonicSeconds()
            guard left > 0 else { return true }
            onNap(left)
            Thread.sleep(forTimeInterval: min(left, nap))
        }
        return false
    }
}
