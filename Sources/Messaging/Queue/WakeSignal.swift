import Glibc
import Synchronization

/// Wakes a thread that sleeps in `poll`, through a pipe.
///
/// A pipe rather than a condition variable, because the network thread must sleep on this and the socket at once,
/// and because `poll` uses the monotonic clock: a robot whose clock is stepped must not oversleep. Raising a raised
/// signal costs one atomic exchange and no system call.
package final class WakeSignal: Sendable {
    /// The descriptor that `poll` watches for readability.
    package let descriptor: Int32
    private let writeDescriptor: Int32
    private let raised = Atomic<Bool>(false)

    package init() throws(MessagingError) {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw .system(call: "pipe", code: errno) }
        descriptor = ends[0]
        writeDescriptor = ends[1]
        // Children do not inherit it, and no call blocks on it.
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
        // The pipe holds at most one byte, so it cannot be full.
        while write(writeDescriptor, &byte, 1) < 0, errno == EINTR {}
    }

    /// Clears the signal. Read the shared state after this call, not before: the byte is read before the flag falls, so
    /// that a signal raised in between is either seen by that read or wakes the next sleep.
    package func lower() {
        var bytes: UInt64 = 0
        while read(descriptor, &bytes, MemoryLayout.size(ofValue: bytes)) < 0, errno == EINTR {}
        raised.store(false, ordering: .sequentiallyConsistent)
    }

    /// Sleeps until the signal is raised or CLOCK_MONOTONIC reaches `deadline` seconds (nil: forever).
    /// Returns whether it was raised.
    package func wait(until deadline: Double?) -> Bool {
        var watched = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        while true {
            let result = poll(&watched, 1, Self.milliseconds(until: deadline))
            if result > 0 { return true }
            if let deadline, Arrival.monotonicSeconds() >= deadline { return false }
        }
    }

    /// Sleeps on the signal and another descriptor at once. Returns whether the signal is raised, and the other
    /// descriptor's events.
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

    /// The timeout for `poll`: rounded up, so that it never returns before the deadline and spins.
    package static func milliseconds(until deadline: Double?) -> Int32 {
        guard let deadline else { return -1 }
        let remaining = (deadline - Arrival.monotonicSeconds()) * 1000
        return Int32(min(max(remaining.rounded(.up), 0), 3_600_000))
    }
}
