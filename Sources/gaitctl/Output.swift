import ArgumentParser
import Foundation

/// How a command prints its result: as text for people, or as one JSON object.
///
/// A report is one `Encodable` value. ``emit(_:)`` prints it as ``ReportText`` or, with `--json`, as JSON; only a
/// report that needs sentences provides its own text, see ``emit(_:text:)``.
struct OutputOptions: ParsableArguments {
    @Flag(name: .long, help: "Print the result as exactly one JSON object on stdout.")
    var json = false

    /// Prints the result on stdout: as one line of JSON with sorted keys, or laid out as ``ReportText``.
    ///
    /// - Throws: `CommandFailure` if a number is not finite, which JSON cannot hold.
    func emit(
        _ report: some Encodable, keys: JSONEncoder.KeyEncodingStrategy = .convertToSnakeCase
    ) throws(CommandFailure) {
        print(json ? try OutputOptions.encoded(report, keys: keys) : ReportText.lines(report))
    }

    /// Prints the result on stdout: as one line of JSON with sorted keys, or as the text.
    ///
    /// - Throws: `CommandFailure` if a number is not finite, which JSON cannot hold.
    func emit(_ report: some Encodable, text: () -> String) throws(CommandFailure) {
        print(json ? try OutputOptions.encoded(report) : text())
    }

    /// The report as one line of JSON with sorted keys, which are the properties' names in snake case.
    static func encoded(
        _ report: some Encodable, keys: JSONEncoder.KeyEncodingStrategy = .convertToSnakeCase
    ) throws(CommandFailure) -> String {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = keys
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return String(decoding: try encoder.encode(report), as: UTF8.self)
        } catch {
            throw .failure("the result cannot be written as JSON: \(error)")
        }
    }
}

/// Parts of texts for people.
enum TextFormat {
    /// Rows as lines, each column as wide as its widest cell, with two spaces between columns and no white space at
    /// the end of a line.
    static func table(_ rows: [[String]]) -> [String] {
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count + 2 : 0 }.max() ?? 0
        }
        return rows.map { line($0, widths: widths) }
    }

    /// Cells as one line without white space at its end.
    ///
    /// - Parameter widths: characters, with the gap to the next column. A cell that is too wide pushes the others on.
    static func line(_ cells: [String], widths: [Int]) -> String {
        var line = zip(cells, widths).map { cell, width in
            cell + String(repeating: " ", count: max(width - cell.count, cell.isEmpty ? 0 : 1))
        }.joined()
        while line.last == " " { line.removeLast() }
        return line
    }

    /// A number with four significant digits, or all digits of its integer part: `0.8125`, `16.27`, `12345`, `3.1e-07`.
    static func number(_ value: Double) -> String {
        guard value.isFinite else { return "\(value)" }
        if abs(value) >= 1000 || value == value.rounded() { return String(format: "%.0f", value) }
        return String(format: "%.4g", value)
    }

    /// A number with a fixed count of decimals; a dash for nil.
    static func decimals(_ value: Double?, _ count: Int) -> String {
        value.map { String(format: "%.\(count)f", $0) } ?? "-"
    }

    /// The two largest units of a duration in seconds, such as `3 min 20 s`.
    static func duration(_ seconds: Double) -> String {
        let whole = Int(min(max(seconds, 0), 1e10))
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3600: return "\(whole / 60) min \(whole % 60) s"
        case ..<86400: return "\(whole / 3600) h \(whole / 60 % 60) min"
        default: return "\(whole / 86400) d \(whole / 3600 % 24) h"
        }
    }

    /// Counts by name, the largest first, such as `missing_id 3, late 1`; a dash if there are none.
    static func counts(_ counts: [String: Int]) -> String {
        guard !counts.isEmpty else { return "-" }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }

    /// A confidence of 0...1 as a bar and in percent; empty for nil.
    static func confidence(_ value: Float?) -> String {
        value.map { "\(bar($0)) \(Int(($0 * 100).rounded())) %" } ?? ""
    }

    /// A bar of ten cells, filled by a share of 0...1.
    static func bar(_ share: Float) -> String {
        let filled = Int((min(max(share, 0), 1) * 10).rounded())
        return String(repeating: "█", count: filled) + String(repeating: "░", count: 10 - filled)
    }
}
