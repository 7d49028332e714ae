import Foundation
import Gait
import Messaging

/// Monitors one child: reads its reports, ends it if necessary, and returns how the job ended. Belongs to the
/// coordinator's thread.
struct ChildMonitor {
    /// Why a job has to end before the child is done.
    struct Stop: Equatable {
        let outcome: RetrainingOutcome
        /// Seconds from SIGTERM to SIGKILL.
        let patience: Double

        /// A request ends it: a canceled job is over within two seconds.
        static func canceled(_ reason: String) -> Stop {
            Stop(outcome: RetrainingOutcome(.cancelled, reason: reason), patience: 1)
        }

        static let nodeStops = Stop(
            outcome: RetrainingOutcome(.cancelled, reason: "the node stopped"), patience: 0.2)
    }

    /// Notes to keep between two calls of ``takeNotes()``.
    private static let maximumNotes = 8
    /// Seconds within which a thread and a process at idle priority start even on a busy machine.
    static let startPatience = 60.0

    private(set) var progress = RetrainingProgress()
    /// What the child wants an operator to know.
    private var notes: [String] = []
    private let process: TrainingProcess
    private let deadline: Double
    /// When to give up on a process that has not started, monotonic seconds.
    private var startBy: Double
    private let timeout: Stop
    private var lines = OutputLines()
    private var buffer = [UInt8](repeating: 0, count: 16 << 10)
    /// Whether the child has closed its output.
    private var isClosed = false
    /// The newest line that was not a report, such as an error message.
    private var lastText: String?
    /// What the child itself reported about the end.
    private var result: RetrainingState?
    private var stop: Stop?
    /// When to send SIGKILL, monotonic seconds.
    private var killAt: Double?

    /// - Parameter timeout: Seconds after which to end the child.
    init(process: TrainingProcess, timeout: Double) {
        self.process = process
        self.timeout = Stop(
            outcome: RetrainingOutcome(.timedOut, reason: "it took more than \(timeout) s"), patience: 1)
        let now = Arrival.monotonicSeconds()
        deadline = now + timeout
        startBy = now + min(timeout, Self.startPatience)
    }

    /// Waits for news and takes them in.
    ///
    /// - Parameters:
    ///   - requested: Why the job has to end, if it does.
    ///   - changed: Raised if there is something new.
    ///   - until: When to return without news, monotonic seconds.
    /// - Returns: How the job ended, once the child has ended and its output is read.
    mutating func step(stop requested: Stop?, changed: WakeSignal, until: Double) -> RetrainingOutcome? {
        let status = process.status
        if status == nil {
            if let outcome = outcomeIfNotStarted(requested) { return outcome }
            // Before waiting: the raise that announced the request may be lowered already.
            endIfNeeded(requested)
            let until = min(
                until, killAt ?? (stop == nil ? deadline : until),
                process.identifier == nil ? startBy : .infinity)
            let isRaised =
                isClosed
                ? changed.wait(until: until)
                : changed.wait(alongside: process.output, events: Int16(POLLIN), until: until).raised
            if isRaised { changed.lower() }
        }
        if progress.state == .queued, process.identifier != nil { progress.state = .running }
        if !isClosed { isClosed = readOutput() }
        return status.map(outcome)
    }

    /// How the job ended if its process does not start in time; should it start later, it ends at once.
    private mutating func outcomeIfNotStarted(_ requested: Stop?) -> RetrainingOutcome? {
        guard process.identifier == nil else { return nil }
        let now = Arrival.monotonicSeconds()
        // A request to end it leaves no more time than it would leave the process.
        if let requested { startBy = min(startBy, now + requested.patience) }
        guard now >= startBy else { return nil }
        process.send(SIGKILL)
        return requested?.outcome
            ?? RetrainingOutcome(
                .failed,
                reason:
                    "its process could not be started in time: the system has no thread or process to give")
    }

    /// What the child wanted an operator to know since the last call.
    mutating func takeNotes() -> [String] {
        defer { notes = [] }
        return notes
    }

    /// Reads the available output, up to a bound.
    ///
    /// - Returns: Whether the child has closed it.
    private mutating func readOutput() -> Bool {
        for _ in 0..<64 {
            let count = read(process.output, &buffer, buffer.count)
            guard count > 0 else { return count == 0 }
            var complete: [[UInt8]] = []
            lines.append(buffer[..<count]) { complete.append($0) }
            for line in complete { take(line) }
        }
        return false
    }

    /// Takes in one line. A result does not count before the child has ended.
    private mutating func take(_ line: [UInt8]) {
        guard let report = try? JSONDecoder().decode(RetrainingReport.self, from: Data(line)) else {
            lastText = String(decoding: line.prefix(300), as: UTF8.self)
            return
        }
        progress.update(with: report.progress)
        if [.succeeded, .rejected, .failed].contains(report.progress.state) {
            result = report.progress.state
        }
        if let note = report.note, notes.count < Self.maximumNotes { notes.append(note) }
    }

    /// Asks the child to end if it has to, and kills it if it does not.
    private mutating func endIfNeeded(_ requested: Stop?) {
        let now = Arrival.monotonicSeconds()
        let wanted = requested ?? (now >= deadline ? timeout : nil)
        // The node's own end leaves less time than the first reason did.
        if let wanted, stop == nil || (wanted == .nodeStops && stop != .nodeStops) {
            stop = wanted
            process.send(SIGTERM)
            killAt = min(killAt ?? .infinity, now + wanted.patience)
        }
        if let time = killAt, now >= time {
            process.send(SIGKILL)
            killAt = nil
        }
    }

    private func outcome(_ status: TrainingProcess.Status) -> RetrainingOutcome {
        // A child with a result had it before it was asked to end.
        if status == .exited(0), let result, result != .failed {
            return RetrainingOutcome(result, reason: progress.reason)
        }
        if let stop { return stop.outcome }
        if result == .failed, let reason = progress.reason {
            return RetrainingOutcome(.failed, reason: reason)
        }
        var reason = status == .exited(0) ? "it ended without a result" : status.description
        if let lastText { reason += ": \(lastText)" }
        if lines.tooLong > 0 { reason += " (\(lines.tooLong) lines were too long)" }
        return RetrainingOutcome(.failed, reason: reason)
    }
}

/// Splits a child's output into lines of bounded length.
struct OutputLines {
    /// Bytes of a line; longer ones are skipped and counted.
    static let maximumBytes = 64 << 10

    private var line: [UInt8] = []
    private var isTooLong = false
    /// The number of lines that were too long.
    private(set) var tooLong = 0

    /// Takes in bytes, and hands out the lines that they complete, without line ends; empty ones are skipped.
    mutating func append(_ bytes: some Sequence<UInt8>, _ use: ([UInt8]) -> Void) {
        for byte in bytes {
            if byte == UInt8(ascii: "\n") {
                if isTooLong { tooLong += 1 } else if !line.isEmpty { use(line) }
                line.removeAll(keepingCapacity: true)
                isTooLong = false
            } else if line.count < Self.maximumBytes {
                line.append(byte)
            } else {
                isTooLong = true
            }
        }
    }
}
