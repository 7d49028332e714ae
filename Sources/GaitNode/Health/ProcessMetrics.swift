import Foundation

/// What the operating system says about this process.
struct ProcessMetrics {
    /// Resident memory in bytes.
    var residentBytes: Int
    /// User and system time since the start, in seconds.
    var cpuSeconds: Double
    /// Threads at this moment.
    var threads: Int

    /// Reads `/proc/self`; a figure that cannot be read is zero.
    static func read() -> ProcessMetrics {
        var time = timespec()
        clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
        let status = (try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)) ?? ""
        return ProcessMetrics(
            residentBytes: number(after: "VmRSS:", in: status) * 1024,
            cpuSeconds: Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9,
            threads: number(after: "Threads:", in: status))
    }

    private static func number(after label: String, in status: String) -> Int {
        guard let line = status.split(separator: "\n").first(where: { $0.hasPrefix(label) }) else { return 0 }
        return Int(line.dropFirst(label.count).split(whereSeparator: \.isWhitespace).first ?? "") ?? 0
    }
}
