import Glibc
import Synchronization

/// Wakes a thread that sleeps in `poll`: a pipe to itself.
///
/// A pipe and not a condition variable, because the network thread must sleep on the socket and on this at
/// once, and because `poll` counts its time by the monotonic clock: a robot whose clock is stepped must not
/// oversleep. Raising what is raised already costs one atomic exchange and no system call.
package final class WakeSignal: Sendable {
    /// What `poll` watches for readability.
    package let descriptor: Int32
    private let writeDescriptor: Int32
    private let raised = Atomic<Bool>(false)

    package init() throws(MessagingError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system(call: "pipe", code: errno) }
        descriptor = ends[0]
        writeDescriptor = ends[1]
        // Not inherited by a child process, and never waited for.
        for end in ends where fcntl(end, F_SETFD, FD_CLOEXEC) < 0 || fcntl(end, F_SETFL, O_NONBLOCK) < 0 {
            throw .system(call: "fcntl", code: errno)
        }
    }

    deinit {
        close(descriptor)
        close(writeDescriptor)
    }

    /// Wakes the sleeper, or keeps it from falling asleep.
    package func raise() {
        guard !raised.exchange(true, ordering: .sequentiallyConsistent) else { return }
        var byte: UInt8 = 1
        // The pipe holds one byte at most, so that it cannot be full.
        while write(writeDescriptor, &byte, 1) < 0, errno == EINTR {}
    }

    /// Takes the signal back. Whoever calls this looks at the shared state afterwards, not before:
    /// the byte is read before the flag falls, so that what is raised in between is either seen by that
    /// look or wakes the next sleep.
    package func lower() {
        var bytes: UInt64 = 0
        while read(descriptor, &bytes, MemoryLayout.size(ofValue: bytes)) < 0, errno == EINTR {}
        raised.store(false, ordering: .sequentiallyConsistent)
    }

    /// Sleeps until the signal is raised or CLOCK_MONOTONIC reaches `deadline` seconds (nil: for ever).
    /// Returns whether it was raised.
    package func wait(until deadline: Double?) -> Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while true {
            let result = poll(&watched, 1, Self.milliseconds(until: deadline))
            if result > 0 { return true }
            if let deadline, Arrival.monotonicSeconds() >= deadline { return false }
        }
    }

    /// Sleeps on the signal and on another descriptor at once. Returns whether the signal is raised, and the
    /// events of the other one.
    package func wait(
        alongside other: Int32, events: Int16, until deadline: Double
    ) -> (raised: Bool, otherEvents: Int16) {
        var watched = (
            pollfd(fd: other, events: events, revents: 0),
            pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        )
        let result = withUnsafeMutableBytes(of: &watched) { bytes in
            poll(bytes.bindMemory(to: pollfd.self).baseAddress, 2, Self.milliseconds(until: deadline))
        }
        guard result > 0 else { return (false, 0) }
        return (watched.1.revents != 0, watched.0.revents)
    }

    /// The argument for `poll`: rounded up, so that it never returns before the deadline and spins.
    static func milliseconds(until deadline: Double?) -> Int32 {
        guard let deadline else { return -1 }
        let remaining = (deadline - Arrival.monotonicSeconds()) * 1000
        return Int32(min(max(remaining.rounded(.up), 0), 3_600_000))
    }
}
