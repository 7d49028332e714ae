import Foundation
import Synchronization

/// Whether the operator asked the command to end, by Ctrl-C or SIGTERM.
///
/// Long work asks at every step and ends with what it has, or throws `CommandFailure.interrupted`. In the program
/// the signals are caught from the first question on: a command that never asks is ended by them as usual. A
/// second signal always ends the program.
enum Interruption {
    static let isArmed = Atomic<Bool>(false)
    private static let requested = Atomic<Bool>(false)

    /// Installed once, at the first access.
    private static let handlers: Void = {
        // Touched here so that the signal handler never runs its first, locking, access.
        requested.store(false, ordering: .relaxed)
        for signal in [SIGINT, SIGTERM] {
            var action = sigaction()
            action.__sigaction_handler.sa_handler = { _ in
                Interruption.requested.store(true, ordering: .relaxed)
            }
            action.sa_flags = Int32(bitPattern: UInt32(SA_RESETHAND))
            sigaction(signal, &action, nil)
        }
    }()

    /// Lets the first question catch the signals. Only the program's main calls this, before there are threads: tests
    /// that run the same work in their own process stay interruptible as usual.
    static func arm() {
        isArmed.store(true, ordering: .relaxed)
        // A parent may hand on blocked signals, as Foundation's Process does from some threads.
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

    /// Whether SIGINT or SIGTERM has arrived and an earlier question had them caught. Unlike `isRequested` it does not
    /// begin to catch them.
    static var hasArrived: Bool { requested.load(ordering: .relaxed) }

    /// Throws `CommandFailure.interrupted` once SIGINT or SIGTERM has arrived.
    static func check() throws(CommandFailure) {
        if isRequested { throw .interrupted }
    }
}
