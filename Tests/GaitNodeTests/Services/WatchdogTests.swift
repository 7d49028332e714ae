import Foundation
import Messaging
import TestSupport
import Testing

@testable import GaitNode

struct WatchdogTests {
    /// Does not return from a line that contains a word until it is let go: what hangs the
    /// pipeline's thread, as a full disk would.
    private final class Hang: Sendable {
        private let condition = NSCondition()
        private let reached = DispatchSemaphore(value: 0)
        private nonisolated(unsafe) var isHanging = true
        let word: String

        init(word: String) { self.word = word }

        func pass(_ line: String) {
            guard line.contains(word) else { return }
            reached.signal()
            condition.withLock { while isHanging { condition.wait() } }
        }

        /// Whether a thread hangs, waited for.
        func isReached(within seconds: Double) -> Bool { reached.wait(timeout: .now() + seconds) == .success }

        func letGo() {
            condition.withLock {
                isHanging = false
                condition.broadcast()
            }
        }
    }

    @Test("it is fed by the pipeline, and not while that hangs, though the connection lives")
    func hangingPipeline() async throws {
        try await withBroker { broker, client in
            let receiver = try DatagramReceiver()
            let hang = Hang(word: "unknown_layout")
            let environment = ["NOTIFY_SOCKET": receiver.path, "WATCHDOG_USEC": "600000"]
            try await withNode(
                at: broker, logger: LogLines { hang.pass($0) }.logger,
                notification: ServiceNotification(environment: environment)
            ) { _ in
                #expect(await isFed(receiver, within: 120))
                try await client.state(.online)
                try client.publish("robots/r1/skeletons", #"{"layout":"octopus8","bodies":[]}"#)
                #expect(await waited { hang.isReached(within: 120) })
                // What was sent before, and then nothing for five times the interval.
                while receiver.receive(within: 0) != nil {}
                #expect(await !isFed(receiver, within: 1.5))
                hang.letGo()
                #expect(await isFed(receiver, within: 120))
            }
        }
    }

    /// Whether a sign of life comes; `READY=1` may come before it or after.
    private func isFed(_ receiver: DatagramReceiver, within seconds: Double) async -> Bool {
        await waited {
            while let message = receiver.receive(within: seconds) {
                if message == "WATCHDOG=1" { return true }
            }
            return false
        }
    }

    /// Waits on a thread of its own: the node under test needs the cooperative pool.
    private func waited<Value: Sendable>(_ wait: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            Thread { continuation.resume(returning: wait()) }.start()
        }
    }
}
