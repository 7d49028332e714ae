import Foundation

/// What the kernel says about processes.
enum ProcessUsage {
    /// Whether a process has not ended, be it reaped or not: only a running one has a program.
    static func isRunning(_ process: pid_t) -> Bool {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/exe")) != nil
    }

    /// The kernel's high-water mark of a process's resident set, MB of 10^6 bytes; 0 of one that has ended.
    static func largestResidentMegabytes(of process: pid_t) -> Double {
        megabytes("VmHWM:", of: process)
    }

    /// A process's resident set now, MB of 10^6 bytes; 0 of one that has ended.
    static func residentMegabytes(of process: pid_t) -> Double { megabytes("VmRSS:", of: process) }

    /// How many files, sockets and pipes a process has open; 0 of one that has ended.
    static func descriptors(of process: pid_t) -> Int {
        (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd"))?.count ?? 0
    }

    private static func megabytes(_ field: String, of process: pid_t) -> Double {
        let line = text("/proc/\(process)/status").split(separator: "\n").first { $0.hasPrefix(field) }
        let kilobytes = line?.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }.first ?? 0
        return kilobytes * 1024 / 1e6
    }

    /// The processor seconds that a process has used, all its threads together; 0 of one that has ended.
    static func processorSeconds(of process: pid_t) -> Double {
        // The program's name, in brackets, may hold anything.
        let fields = text("/proc/\(process)/stat").split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Double(fields[11]), let system = Double(fields[12]) else {
            return 0
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// The processor seconds that all processes have used since the system started.
    static func allProcessorSeconds() -> Double {
        let line = text("/proc/stat").split(separator: "\n").first ?? ""
        let ticks = line.split(separator: " ").dropFirst().compactMap { Double($0) }
        // user, nice, system, then idle and waiting, then interrupts.
        guard ticks.count > 6 else { return 0 }
        return (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func text(_ path: String) -> String {
        (try? String(contentsOfFile: path, encoding: .utf8)) ?? ""
    }
}
