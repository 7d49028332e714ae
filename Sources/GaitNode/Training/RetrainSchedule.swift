import Foundation

/// When the robot retrains by itself: once a day, and after so many new labels, within the allowed hours and on a
/// machine that is neither busy nor hot. Belongs to the coordinator's thread.
struct RetrainSchedule {
    /// A moment of local time.
    struct Moment: Equatable {
        /// Counts days; only for comparison.
        var day: Int
        /// Since midnight.
        var minutes: Int

        /// This moment, by the machine's time zone.
        static func now() -> Moment {
            var seconds = time(nil)
            var parts = tm()
            localtime_r(&seconds, &parts)
            return Moment(
                day: Int(parts.tm_year) * 366 + Int(parts.tm_yday),
                minutes: Int(parts.tm_hour) * 60 + Int(parts.tm_min))
        }
    }

    /// What is to be done.
    enum Decision: Equatable {
        case nothing
        /// A retraining is due, and has to wait for this reason.
        case wait(reason: String)
        case start
    }

    private let dailyAt: TimeOfDay?
    private let everyLabels: Int
    private let hours: HoursOfDay?
    private let maximumLoad: Double
    private let maximumTemperature: Double
    /// Labels since the last job.
    private var newLabels: Int
    /// Labels since the last start that they brought about.
    private var countedLabels: Int
    /// The last day whose time has been seen to.
    private var servedDay: Int

    /// - Parameters:
    ///   - newLabels: Labels stored since the last job.
    ///   - now: A time of day that has passed already is not made up for.
    init(_ configuration: NodeConfiguration.Retrain, newLabels: Int, now: Moment) {
        dailyAt = TimeOfDay(configuration.dailyAt)
        everyLabels = configuration.everyLabels
        hours = HoursOfDay(configuration.allowedHours)
        maximumLoad = configuration.maximumLoad
        maximumTemperature = configuration.maximumTemperature
        (self.newLabels, countedLabels) = (newLabels, newLabels)
        let hasPassed = dailyAt.map { $0.minutes <= now.minutes } ?? true
        servedDay = hasPassed ? now.day : now.day - 1
    }

    /// Notes labels that were stored.
    mutating func note(labels: Int) {
        newLabels += labels
        countedLabels += labels
    }

    /// Notes that a job was started, by whomever: what is stored now is in it.
    mutating func noteJob() {
        (newLabels, countedLabels) = (0, 0)
    }

    /// What is to be done now. A start is only said once: where it is refused, it is not tried again before the next
    /// day, or as many labels again.
    mutating func decide(at now: Moment, machine: () -> MachineState) -> Decision {
        let isDaily = dailyAt.map { $0.minutes <= now.minutes && servedDay != now.day } ?? false
        let isByLabels = everyLabels > 0 && countedLabels >= everyLabels
        if isDaily, newLabels == 0 { servedDay = now.day }
        guard isDaily && newLabels > 0 || isByLabels else { return .nothing }
        if let hours, !hours.contains(minutes: now.minutes) {
            return .wait(reason: "the hour is none of 'retrain.allowed_hours'")
        }
        let machine = machine()
        if machine.load > maximumLoad {
            return .wait(reason: "load \(machine.load.formatted) per core, above \(maximumLoad.formatted)")
        }
        if let temperature = machine.temperature, temperature > maximumTemperature {
            return .wait(reason: "\(temperature.formatted) degrees, above \(maximumTemperature.formatted)")
        }
        if isDaily { servedDay = now.day }
        countedLabels = 0
        return .start
    }
}

extension Double {
    fileprivate var formatted: String { String(format: "%.2f", self) }
}
