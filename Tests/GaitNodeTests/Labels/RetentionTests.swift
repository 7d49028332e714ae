import Gait
import Messaging
import Storage
import TestSupport
import Testing

@testable import GaitNode

@Suite("Gaits that are too old")
struct RetentionTests {
    private static let (day, start) = (RetentionClock.day, 1_790_000_000.0)

    private static func reading(
        _ wallClock: Double, _ monotonic: Double = 0, isSynchronized: Bool = true
    ) -> RetentionClock.Reading {
        RetentionClock.Reading(
            wallClock: wallClock, monotonic: monotonic, isSynchronized: isSynchronized)
    }

    @Test(
        "a clock is trusted when it has gone on evenly for a day, and not while it is unsynchronized or behind"
    )
    func trust() {
        let (day, start) = (Self.day, Self.start)
        var clock = RetentionClock(times: nil)
        #expect(clock.judge(Self.reading(start), newest: nil) == .announced)
        #expect(clock.judge(Self.reading(start + day - 1, day - 1), newest: start) == .announced)
        #expect(clock.judge(Self.reading(start + day, day), newest: start) == nil)
        let unsynchronized = Self.reading(start + day, day, isSynchronized: false)
        #expect(clock.judge(unsynchronized, newest: nil) == .clockUnsynchronized)
        #expect(clock.judge(Self.reading(start + day, day), newest: start + 2 * day) == .clockBehind)
        // Neither counts as a reading.
        #expect(clock.judge(Self.reading(start + 5 * day, 5 * day), newest: nil) == nil)
        #expect(clock.judge(Self.reading(start + 700 * day, 5 * day + 60), newest: nil) == .clockJumped)
        #expect(clock.judge(Self.reading(start + 700.5 * day, 5.5 * day), newest: nil) == .announced)
        #expect(clock.judge(Self.reading(start + 6 * day, 6 * day), newest: nil) == .clockJumped)
    }

    @Test("between two runs less than a day may have passed, and no time may have been taken back")
    func runs() {
        let times = GaitStore.RetentionTimes(checked: Self.start, trusted: Self.start - 9 * Self.day)
        let cases: [(Double, HealthMessage.Retention.Reason?)] = [
            (0.7, nil), (1.1, .clockJumped), (-0.1, .clockJumped), (600, .clockJumped),
        ]
        for (passed, reason) in cases {
            var clock = RetentionClock(times: times)
            let reading = Self.reading(Self.start + passed * Self.day, 12)
            #expect(clock.judge(reading, newest: nil) == reason, "\(passed)")
        }
    }

    private func access(_ folder: TemporaryFolder, gaits: Int) throws -> StoreAccess {
        var configuration = try NodeConfiguration(reader: TestConfiguration.reader()).store
        configuration.path = folder.path("gaits.sqlite")
        (configuration.minimumFreeMegabytes, configuration.maximumGaits) = (1, 300)
        let walk = Gait(validated: [Float](repeating: 1, count: Gait.valuesPerFrame))
        let access = StoreAccess(configuration)
        try access.store().add(
            (0..<gaits).map { number in
                NewGait(
                    robot: "r1", person: "\(number)", subject: "s", label: "sad", start: 0, end: 2.5,
                    gait: walk)
            }, now: Self.start)
        return access
    }

    @Test(
        "a start with the clock years ahead deletes nothing; old gaits are announced for a day and go in steps"
    )
    func steps() throws {
        let folder = try TemporaryFolder()
        let access = try access(folder, gaits: 250)
        let report = SharedState<HealthMessage.Retention?>(nil)
        func run() -> Retention { Retention(access: access, report: report, logger: LogLines().logger) }
        func count() throws -> Int { try access.store().records().count }
        let ahead = Self.start + 800 * Self.day
        var retention = run()
        for seconds in stride(from: 0.0, to: 3600, by: 60) {
            try retention.serve(at: Self.reading(ahead + seconds, seconds))
        }
        #expect(try count() == 250 && report.withLock { $0 }?.due == 250)
        #expect(report.withLock { $0 }?.next == ahead + Self.day)
        retention = run()
        try retention.serve(at: Self.reading(Self.start + 60))
        #expect(report.withLock { $0 }?.waiting == .clockJumped && report.withLock { $0 }?.due == 0)

        retention = run()
        let late = Self.start + 365 * Self.day - 2 * 3600
        for hour in 0..<24 {
            try retention.serve(at: Self.reading(late + Double(hour) * 3600, Double(hour) * 3600))
            #expect(report.withLock { $0 }?.due == 250, "\(hour)")
        }
        #expect(try count() == 250)
        #expect(report.withLock { $0 }?.next == late + Self.day)
        var left: [Int] = []
        for minute in 0..<4 {
            let passed = Self.day + Double(minute) * 60
            try retention.serve(at: Self.reading(late + passed, passed))
            left.append(try count())
        }
        #expect(left == [150, 50, 0, 0] && report.withLock { $0 }?.due == 0)
        #expect(try !access.store().isForgetting(isMarking: false))
    }

    @Test(
        "what was stored with a clock that was ahead is dated anew after a day, and does not stop retention for good"
    )
    func future() throws {
        let folder = try TemporaryFolder()
        let access = try access(folder, gaits: 3)
        var retention = Retention(access: access, report: SharedState(nil), logger: LogLines().logger)
        let now = Self.start - 900 * Self.day
        for hour in 0..<24 {
            try retention.serve(at: Self.reading(now + Double(hour) * 3600, Double(hour) * 3600))
            #expect(try access.store().newestTime() == Self.start, "\(hour)")
        }
        try retention.serve(at: Self.reading(now + Self.day, Self.day))
        #expect(try access.store().newestTime() == now + Self.day)
        #expect(try access.store().records().count == 3)
    }

    @Test("gaits beyond the largest number go whatever the clock says, the oldest first")
    func tooMany() throws {
        let folder = try TemporaryFolder()
        let access = try access(folder, gaits: 420)
        var retention = Retention(
            access: access, report: SharedState(nil), logger: LogLines().logger)
        var left: [Int] = []
        for _ in 0..<3 {
            try retention.serve(at: Self.reading(0, isSynchronized: false))
            left.append(try access.store().records().count)
        }
        #expect(left == [320, 300, 300])
        #expect(try access.store().records().first?.id == 121)
    }
}
