import Foundation

/// How busy and how hot the machine is.
struct MachineState: Equatable {
    /// The load average of the last minute, per core.
    var load: Double
    /// Degrees Celsius of the hottest zone; nil where there is none.
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
