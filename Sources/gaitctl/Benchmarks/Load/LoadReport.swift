import Foundation

/// What `gaitctl benchmark load` prints.
struct LoadReport: Encodable {
    let figures: LoadMetrics
    let overload: LoadOverload?
    /// The cores of the machine that this process may use.
    let cores = ProcessInfo.processInfo.activeProcessorCount

    private enum CodingKeys: String, CodingKey {
        case overload, cores
    }

    func encode(to encoder: any Encoder) throws {
        try figures.encode(to: encoder)
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(overload, forKey: .overload)
        try container.encode(cores, forKey: .cores)
    }

    var text: String {
        var lines = [figures.summary]
        if let overload { lines.append(overload.summary) }
        return lines.joined(separator: "\n")
    }
}

extension LoadMetrics {
    /// The most important figures in a line.
    var summary: String {
        func rounded(_ value: Double) -> String { String(format: "%.2f", value) }
        let losses = dropped.values.reduce(0, +)
        let processors =
            "daemon=\(rounded(processor.daemon)) broker=\(rounded(processor.broker)) "
            + "simulator=\(rounded(processor.simulator)) elsewhere=\(rounded(processor.elsewhere))"
        return
            "people=\(people) sustained=\(isCarried) p50_ms=\(rounded(latency.median)) "
            + "p99_ms=\(rounded(latency.p99)) max_ms=\(rounded(latency.largest)) "
            + "classifications=\(seen)/\(expected) postponed=\(postponed) dropped=\(losses) "
            + "rss_mb=\(rounded(residentMegabytes)) cores: \(processors); "
            + "decode_us=\(rounded(decodingPerMessage ?? 0)) per_body=\(rounded(decodingPerBody ?? 0)) "
            + "inference_ms=\(rounded(inferencePerWindow ?? 0)) start_ms=\(rounded(start))"
            + (stop.map { " stop_ms=\(rounded($0))" } ?? "")
    }
}

extension LoadOverload {
    /// The figures in a line.
    var summary: String {
        let losses = dropped.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
        return
            "overload: people=\(people) classified=\(String(format: "%.2f", classified)) "
            + "postponed=\(postponed) dropped: \(losses.isEmpty ? "none" : losses.joined(separator: " ")); "
            + "rss_mb=\(String(format: "%.2f", residentMegabytes)) "
            + "recovery_s=\(recovery.map { String(format: "%.1f", $0) } ?? "none") at \(peopleAfter) people"
    }
}
