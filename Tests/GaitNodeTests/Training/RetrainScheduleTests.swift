import Configuration
import Foundation
import TestSupport
import Testing

@testable import GaitNode

@Suite("Retraining schedule")
struct RetrainScheduleTests {
    private static let calm = MachineState(load: 0.1, temperature: 50)

    private static func schedule(
        newLabels: Int = 5, at minutes: Int = 0,
        _ change: (inout NodeConfiguration.Retrain) -> Void = { _ in }
    ) throws -> RetrainSchedule {
        var configuration = try NodeConfiguration(reader: TestConfiguration.reader()).retrain
        change(&configuration)
        return RetrainSchedule(configuration, newLabels: newLabels, now: .init(day: 1, minutes: minutes))
    }

    @Test("it starts once a day at the configured time, if there are new labels")
    func daily() throws {
        var schedule = try Self.schedule()
        #expect(schedule.decide(at: .init(day: 1, minutes: 179)) { Self.calm } == .nothing)
        #expect(schedule.decide(at: .init(day: 1, minutes: 180)) { Self.calm } == .start)
        schedule.noteJob()
        schedule.note(labels: 1)
        #expect(schedule.decide(at: .init(day: 1, minutes: 181)) { Self.calm } == .nothing)
        #expect(schedule.decide(at: .init(day: 2, minutes: 200)) { Self.calm } == .start)
        schedule.noteJob()
        #expect(schedule.decide(at: .init(day: 3, minutes: 200)) { Self.calm } == .nothing)
        // Labels that come after the time wait for the next day.
        schedule.note(labels: 1)
        #expect(schedule.decide(at: .init(day: 3, minutes: 201)) { Self.calm } == .nothing)
    }

    @Test("a time that had passed at the start is not made up for")
    func lateStart() throws {
        var schedule = try Self.schedule(at: 600)
        #expect(schedule.decide(at: .init(day: 1, minutes: 601)) { Self.calm } == .nothing)
        #expect(schedule.decide(at: .init(day: 2, minutes: 180)) { Self.calm } == .start)
    }

    @Test("it starts after so many labels, and when refused not before as many again")
    func byLabels() throws {
        var schedule = try Self.schedule(newLabels: 0) { ($0.dailyAt, $0.everyLabels) = ("never", 10) }
        schedule.note(labels: 9)
        #expect(schedule.decide(at: .init(day: 1, minutes: 1)) { Self.calm } == .nothing)
        schedule.note(labels: 1)
        #expect(schedule.decide(at: .init(day: 1, minutes: 1)) { Self.calm } == .start)
        #expect(schedule.decide(at: .init(day: 1, minutes: 2)) { Self.calm } == .nothing)
        schedule.note(labels: 10)
        #expect(schedule.decide(at: .init(day: 1, minutes: 3)) { Self.calm } == .start)
    }

    @Test("it waits for the allowed hours, for load and for heat, and then starts")
    func conditions() throws {
        var schedule = try Self.schedule { ($0.dailyAt, $0.allowedHours) = ("21:00", "22-6") }
        func decide(_ minutes: Int, _ machine: MachineState) -> RetrainSchedule.Decision {
            schedule.decide(at: .init(day: 1, minutes: minutes)) { machine }
        }
        guard case .wait = decide(21 * 60, Self.calm) else { return #expect(Bool(false), "before the hours") }
        guard case .wait(let busy) = decide(22 * 60, MachineState(load: 2, temperature: 50)) else {
            return #expect(Bool(false), "under load")
        }
        #expect(busy.contains("load 2.00"))
        guard case .wait(let hot) = decide(22 * 60, MachineState(load: 0, temperature: 90)) else {
            return #expect(Bool(false), "hot")
        }
        #expect(hot.contains("90.00 degrees"))
        #expect(decide(23 * 60, MachineState(load: 0, temperature: nil)) == .start)
    }

    @Test("hours reach over midnight; times are read strictly")
    func texts() {
        #expect(HoursOfDay("22-6")?.contains(minutes: 60) == true)
        #expect(HoursOfDay("22-6")?.contains(minutes: 6 * 60) == false)
        #expect(HoursOfDay("0-24")?.contains(minutes: 1439) == true)
        #expect(HoursOfDay("8-8") == nil && HoursOfDay("8-25") == nil && HoursOfDay("8") == nil)
        #expect(TimeOfDay("03:05")?.minutes == 185)
        #expect(TimeOfDay("3:05") == nil && TimeOfDay("24:00") == nil && TimeOfDay("") == nil)
    }

    @Test("the hottest zone counts, and what is no temperature does not")
    func temperature() throws {
        let folder = try TemporaryFolder()
        #expect(MachineState.read(zones: folder.path).temperature == nil)
        for (zone, text) in [
            ("thermal_zone0", "45500\n"), ("thermal_zone1", "51000"), ("thermal_zone2", "broken"),
        ] {
            try FileManager.default.createDirectory(
                atPath: folder.path(zone), withIntermediateDirectories: true)
            try folder.write("\(zone)/temp", text)
        }
        #expect(MachineState.read(zones: folder.path).temperature == 51)
        #expect(MachineState.read().load >= 0)
    }
}
