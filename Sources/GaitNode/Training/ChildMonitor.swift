import Foundation
import Messaging

/// Watches one child: reads what it writes, ends it when it has to end, and tells what became of it. Belongs to the
/// coordinator's thread.
struct ChildMonitor {
    /// How a job ended, and why.
    struct Ending: Equatable {
        let state: TrainingMessage.State
        let reason: String?
    }

    /// Seconds from SIGTERM to SIGKILL: a cancelled job is over within two.
    private static let patience = 1.0
    /// The same when the node itself ends.
    private static let lastPatience = 0.2
    /// The longest sleep, seconds.
    private static let nap = 0.2
    /// Notes that are kept between two looks.
    private static let maximumNotes = 8

    /// What is known of the job.
    var message: TrainingMessage
    /// What the child wanted people to know, and nobody has taken yet.
    private var notes: [String] = []
    private let process: TrainingProcess
    private let deadline: Double
    private let timeout: Double
    private var lines = OutputLines()
    /// The newest line that was none of ours, such as an error's.
    private var lastText: String?
    private var result: TrainingMessage.State?
    private var hasTimedOut = false
    private var stop: RetrainingCoordinator.Stop?
    /// When the child was told to end, and with what it will be told next; monotonic seconds.
    private var killAt: Double?
    private var buffer = [UInt8](repeating: 0, count: 16 << 10)

    /// - Parameter timeout: Seconds after which the child is ended.
    init(process: TrainingProcess, timeout: Double, message: TrainingMessage) {
        (self.process, self.timeout, self.message) = (process, timeout, message)
        deadline = Arrival.monotonicSeconds() + timeout
    }

    /// Waits a little for news and takes them in.
    ///
    /// - Parameters:
    ///   - requested: What is to become of the job.
    ///   - changed: Raised when there is something new.
    /// - Returns: The end, once the child has ended and all of its output was read.
    mutating func step(stop requested: RetrainingCoordinator.Stop?, changed: WakeSignal) -> Ending? {
        let ending = process.ending
        if ending == nil {
            let until = min(Arrival.monotonicSeconds() + Self.nap, killAt ?? .infinity)
            let news = changed.wait(alongside: process.output, events: Int16(POLLIN), until: until)
            if news.raised { changed.lower() }
        }
        let isClosed = readOutput()
        if let ending { return conclude(ending) }
        // It closed its output and goes on: nothing wakes us but the naps then.
        if isClosed { usleep(20_000) }
        endIfNeeded(requested)
        return nil
    }

    /// Reads what is there, a bounded amount of it.
    ///
    /// - Returns: Whether nothing more can come.
    private mutating func readOutput() -> Bool {
        for _ in 0..<64 {
            let count = read(process.output, &buffer, buffer.count)
            if count == 0 { return true }
            guard count > 0 else { return false }
            var complete: [[UInt8]] = []
            lines.append(buffer[..<count]) { complete.append($0) }
            for line in complete { take(line) }
        }
        return false
    }

    private mutating func take(_ line: [UInt8]) {
        do {
            if let result = try message.takeProgress(line) { self.result = result }
            if notes.count < Self.maximumNotes, let note = try JSONFields(line).text("note") {
                notes.append(note)
            }
        } catch {
            lastText = String(decoding: line.prefix(300), as: UTF8.self)
        }
    }

    /// What the child wanted people to know since the last call.
    mutating func takeNotes() -> [String] {
        defer { notes = [] }
        return notes
    }

    /// Tells the child to end where it has to, and makes it end where it does not.
    private mutating func endIfNeeded(_ requested: RetrainingCoordinator.Stop?) {
        let now = Arrival.monotonicSeconds()
        if requested == .nodeStops, stop != .nodeStops {
            // Less time than it was given before.
            stop = requested
            process.send(SIGTERM)
            killAt = min(killAt ?? .infinity, now + Self.lastPatience)
        }
        if let killAt {
            if now >= killAt { process.send(SIGKILL) }
        } else if requested != nil || now >= deadline {
            stop = requested
            hasTimedOut = requested == nil
            process.send(SIGTERM)
            killAt = now + Self.patience
        }
    }

    /// What the job came to.
    private func conclude(_ ending: TrainingProcess.Ending) -> Ending {
        // Whoever has a result had it before it was told to end.
        if ending == .status(0), let result, result != .failed {
            return Ending(state: result, reason: message.reason)
        }
        if hasTimedOut { return Ending(state: .timedOut, reason: "it took more than \(timeout) s") }
        switch stop {
        case .cancelled(let reason): return Ending(state: .cancelled, reason: reason)
        case .nodeStops: return Ending(state: .cancelled, reason: "the node stopped")
        case nil: break
        }
        if result == .failed, let reason = message.reason { return Ending(state: .failed, reason: reason) }
        var reason = ending == .status(0) ? "it ended without a result" : ending.explanation
        if let lastText { reason += ": \(lastText)" }
        if lines.tooLong > 0 { reason += " (\(lines.tooLong) lines were too long)" }
        return Ending(state: .failed, reason: reason)
    }
}
