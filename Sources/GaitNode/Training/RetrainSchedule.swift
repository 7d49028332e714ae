import Foundation

/// When the robot retrains by itself: once a day, and after a number of new labels, within the allowed hours and on a
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

    enum Decision: Equatable {
        case nothing
        /// A retraining is due, but has to wait for this reason.
        case wait(reason: String)
        case start
    }

    private let configuration: NodeConfiguration.Retrain
    /// Labels since the last job.
    private var newLabels: Int
    /// Labels since the last start that labels triggered.
    private var countedLabels: Int
    /// The last day whose daily time has been handled.
    private var servedDay: Int

    /// - Parameters:
    ///   - newLabels: Labels stored since the last job.
    ///   - now: If the daily time has passed already, the first one is tomorrow's.
    init(_ configuration: NodeConfiguration.Retrain, newLabels: Int, now: Moment) {
        (self.configuration, self.newLabels, countedLabels) = (configuration, newLabels, newLabels)
        let hasPassed = TimeOfDay(configuration.dailyAt).map { $0.minutes <= now.minutes } ?? true
        servedDay = hasPassed ? now.day : now.day - 1
    }

    /// Counts stored labels.
    mutating func note(labels: Int) {
        newLabels += labels
        countedLabels += labels
    }

    /// Notes that a job has started, for any reason: it includes all labels so far.
    mutating func noteJob() {
        (newLabels, countedLabels) = (0, 0)
    }

    /// What to do now. Returns a start only once: if it is refused, the next try is the next day, or after as many
    /// labels again.
    mutating func decide(at now: Moment, machine: () -> MachineState) -> Decision {
        let isTime = TimeOfDay(configuration.dailyAt).map { $0.minutes <= now.minutes } ?? false
        let isDaily = isTime && servedDay != now.day
        let isByLabels = configuration.everyLabels > 0 && countedLabels >= configuration.everyLabels
        if isDaily, newLabels == 0 { servedDay = now.day }
        guard isDaily && newLabels > 0 || isByLabels else { return .nothing }
        if let hours = HoursOfDay(configuration.allowedHours), !hours.contains(minutes: now.minutes) {
            return .wait(reason: "the hour is outside 'retrain.allowed_hours'")
        }
        let machine = machine()
        let (most, hottest) = (configuration.maximumLoad, configuration.maximumTemperature)
        if machine.load > most {
            return .wait(reason: "load \(machine.load.formatted) per core, above \(most.formatted)")
        }
        if let temperature = machine.temperature, temperature > hottest {
            return .wait(reason: "\(temperature.formatted) degrees, above \(hottest.formatted)")
        }
        if isDaily { servedDay = now.day }
        countedLabels = 0
        return .start
    }
}

extension Double {
    fileprivate var formatted: String { String(format: "%.2f", self) }
}

/// How busy and how hot the machine is.
struct MachineState: Equatable {
    /// The load average of the last minute, per core.
    var load: Double
    /// Degrees Celsius of the hottest zone; nil if there is none.
    var temperature: Double?

    /// Asks the system.
    ///
    /// - Parameter zones: Where the kernel shows its thermal zones.
    static func read(zones: String = "/sys/class/thermal") -> MachineState {
        var loads = [0.0]
        let known = getloadavg(&loads, 1) == 1
        let cores = max(ProcessInfo.processInfo.activeProcessorCount, 1)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: zones)) ?? []
        let temperatures = names.filter { $0.hasPrefix("thermal_zone") }.compactMap { name -> Double? in
            guard let text = try? String(contentsOfFile: "\(zones)/\(name)/temp", encoding: .utf8) else {
                return nil
            }
            return Double(text.trimmingCharacters(in: .whitespacesAndNewlines)).map { $0 / 1000 }
        }
        return MachineState(load: known ? loads[0] / Double(cores) : 0, temperature: temperatures.max())
    }
}
