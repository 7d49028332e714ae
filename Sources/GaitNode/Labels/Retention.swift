import Foundation
import Logging
import Messaging
import Storage

/// Whether the clock may be trusted with deletions: it is synchronized, not behind what is stored, and has gone on
/// evenly for a day, since one wrong reading would empty the store.
struct RetentionClock {
    struct Reading {
        /// Seconds since the Unix epoch.
        var wallClock: Double
        /// Seconds of a clock that nothing sets.
        var monotonic: Double
        var isSynchronized: Bool

        static func now() -> Reading {
            Reading(
                wallClock: Arrival.wallClockSeconds(), monotonic: Arrival.monotonicSeconds(),
                isSynchronized: SystemClock.isSynchronized)
        }
    }

    /// Seconds by which the clock may differ from what it should show, and for which it is watched after it does.
    static let day = 86_400.0

    /// The plausible readings so far, to be kept beyond this run; nil before the first.
    private(set) var times: GaitStore.RetentionTimes?
    private var last: Reading?

    /// - Parameter times: What an earlier run has kept.
    init(times: GaitStore.RetentionTimes?) { self.times = times }

    /// Judges a reading.
    ///
    /// - Parameter newest: The newest time in the store.
    /// - Returns: why nothing may be deleted; nil if it may.
    mutating func judge(_ reading: Reading, newest: Double?) -> HealthMessage.Retention.Reason? {
        guard reading.isSynchronized else { return .clockUnsynchronized }
        guard reading.wallClock >= newest ?? -.infinity else { return .clockBehind }
        defer { last = reading }
        guard let known = times, isEven(reading, since: known) else {
            let isFirst = times == nil
            times = GaitStore.RetentionTimes(checked: reading.wallClock, trusted: reading.wallClock)
            return isFirst ? .announced : .clockJumped
        }
        times?.checked = reading.wallClock
        return reading.wallClock - known.trusted < Self.day ? .announced : nil
    }

    /// Within a run the monotonic clock says how much time has passed; between runs it may have been up to a day.
    private func isEven(_ reading: Reading, since known: GaitStore.RetentionTimes) -> Bool {
        let passed = reading.wallClock - known.checked
        guard let last else { return (-60...Self.day).contains(passed) }
        return abs(reading.wallClock - last.wallClock - (reading.monotonic - last.monotonic)) <= Self.day
    }
}

/// Deletes gaits that are too old, in small steps and after `health` has announced them for a day, and those that are
/// too many. Belongs to the coordinator's thread.
struct Retention {
    /// Seconds between two steps.
    private static let interval = 60.0
    /// Gaits of a step.
    private static let step = 100
    /// Seconds after which the clock's reading is written to the store again.
    private static let keepInterval = 3600.0

    private let access: StoreAccess
    private let report: SharedState<HealthMessage.Retention?>
    private let logger: Logger
    private var log: RepeatedLog
    private var clock: RetentionClock?
    private var kept: GaitStore.RetentionTimes?
    /// Since when the clock has been behind what is stored, monotonic seconds; nil while it is not.
    private var behindSince: Double?
    /// Monotonic seconds.
    private var next = 0.0

    init(access: StoreAccess, report: SharedState<HealthMessage.Retention?>, logger: Logger) {
        (self.access, self.report, self.logger) = (access, report, logger)
        log = RepeatedLog(logger: logger)
    }

    /// Does the next step if it is due.
    mutating func serve() {
        let reading = RetentionClock.Reading.now()
        guard reading.monotonic >= next else { return }
        next = reading.monotonic + Self.interval
        do { try serve(at: reading) } catch {
            log.warning("retention", at: reading.monotonic) {
                "gaits beyond the limits were not deleted: \(error)"
            }
        }
    }

    /// Does one step.
    mutating func serve(at reading: RetentionClock.Reading) throws {
        let store = try access.store()
        let limits = access.configuration
        var oldest: Double?
        if limits.retentionDays > 0 {
            oldest = try judgeAges(at: reading, Double(limits.retentionDays) * RetentionClock.day, store)
        }
        let gaits = try store.prune(
            storedBefore: oldest, maximumGaits: limits.maximumGaits, atMost: Self.step)
        guard !gaits.isEmpty else { return }
        logger.notice("deleted \(gaits.count) gaits that were too old or too many")
        // The last of several steps.
        if gaits.count < Self.step { try store.erase() }
    }

    /// Reports what is due within a day.
    ///
    /// - Returns: the time before which gaits are too old; nil if none may be deleted for its age now.
    private mutating func judgeAges(
        at reading: RetentionClock.Reading, _ age: Double, _ store: GaitStore
    ) throws -> Double? {
        var clock = try clock ?? RetentionClock(times: store.retentionTimes())
        let reason = clock.judge(reading, newest: try store.newestTime())
        self.clock = clock
        if let times = clock.times,
            times.trusted != kept?.trusted
                || times.checked - (kept?.checked ?? -.infinity) >= Self.keepInterval
        {
            try store.keep(times)
            kept = times
        }
        try correctFutureTimes(reason, at: reading, store)
        var message = HealthMessage.Retention()
        message.waiting = reason
        if reason == nil || reason == .announced || reason == .clockJumped, let times = clock.times {
            let due = try store.gaits(storedBefore: reading.wallClock + RetentionClock.day - age)
            message.due = due.count
            message.next = due.oldest.map { max($0 + age, times.trusted + RetentionClock.day) }
        }
        report.withLock { [message] in $0 = message }
        return reason == nil ? reading.wallClock - age : nil
    }

    /// A synchronized clock that stays behind what is stored for a day is right: something was stored with a clock that was
    /// ahead, and would stop retention until that date.
    private mutating func correctFutureTimes(
        _ reason: HealthMessage.Retention.Reason?, at reading: RetentionClock.Reading, _ store: GaitStore
    ) throws {
        guard reason == .clockBehind else {
            if reason != .clockUnsynchronized { behindSince = nil }
            return
        }
        let since = behindSince ?? reading.monotonic
        behindSince = since
        guard reading.monotonic - since >= RetentionClock.day else { return }
        try store.redate(after: reading.wallClock)
        behindSince = nil
        logger.warning("what was stored with a clock that was ahead has today's date now")
    }
}

/// What the kernel, or systemd, says of the system's clock.
enum SystemClock {
    /// Whether it is synchronized with the world's time: adjtimex(2) says so or, if that is not permitted, systemd's
    /// mark.
    static var isSynchronized: Bool {
        adjtimexState.map { $0 != clockError }
            ?? FileManager.default.fileExists(atPath: "/run/systemd/timesync/synchronized")
    }

    /// TIME_ERROR of adjtimex(2).
    private static let clockError: Int32 = 5

    /// The state that adjtimex(2) returns; nil if it must not be asked. The import leaves it out.
    private static var adjtimexState: Int32? {
        guard let address = dlsym(nil, "adjtimex") else { return nil }
        typealias Function = @convention(c) (UnsafeMutableRawPointer) -> Int32
        // A zeroed `struct timex`, of 208 bytes at most, sets nothing.
        var request = [UInt64](repeating: 0, count: 64)
        let state = request.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { unsafeBitCast(address, to: Function.self)($0) } ?? -1
        }
        return state >= 0 ? state : nil
    }
}
