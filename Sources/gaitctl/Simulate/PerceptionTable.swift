import Foundation
import Gait
import Messaging

/// The live table: one row per person, redrawn in place on a terminal, plain lines every few seconds
/// otherwise.
struct PerceptionTable {
    /// Seconds between two drawings.
    private let interval: Double
    private let isTerminal: Bool
    private let write: (String) -> Void
    private var lastDrawing = -Double.infinity
    private var rowsDrawn = 0

    init(isTerminal: Bool, write: @escaping (String) -> Void) {
        self.isTerminal = isTerminal
        self.write = write
        interval = isTerminal ? 0.2 : 5
    }

    /// A table on stdout, or on stderr where stdout is kept for JSON.
    init(onStandardError: Bool) {
        let handle: FileHandle = onStandardError ? .standardError : .standardOutput
        self.init(isTerminal: isatty(handle.fileDescriptor) == 1) { handle.write(Data($0.utf8)) }
    }

    /// Draws the table if it is due at a time in seconds; `force` draws it anyway.
    mutating func draw(_ people: [PerceptionRecord.Person], at time: Double, force: Bool = false) {
        guard force || time - lastDrawing >= interval else { return }
        lastDrawing = time
        let rows = [PerceptionTable.header] + people.map(PerceptionTable.row)
        if isTerminal {
            // Back up over the last drawing; each row erases what it replaces.
            let back = rowsDrawn > 0 ? "\u{1B}[\(rowsDrawn)A" : ""
            write(back + rows.map { "\r\u{1B}[K\($0)\n" }.joined())
            rowsDrawn = rows.count
        } else {
            write(rows.map { "\($0)\n" }.joined())
        }
    }

    private static let header = line(
        "robot", "person", "walks as", "perceived", "confidence", "latency", "model")

    static func row(_ person: PerceptionRecord.Person) -> String {
        guard let newest = person.newest else {
            return line(person.robot, person.id ?? "", person.walksAs.rawValue, "(waiting)", "", "", "")
        }
        let perceived = newest.emotion ?? "(\(newest.state.rawValue))"
        let confidence = newest.confidence.map { "\(bar($0)) \(Int(($0 * 100).rounded())) %" } ?? ""
        let latency = String(format: "%.1f ms", newest.latencyMilliseconds)
        return line(
            person.robot, person.id ?? "", person.walksAs.rawValue, perceived, confidence, latency,
            "\(newest.model.name) v\(newest.model.version)")
    }

    /// Ten cells, filled by a share of 0...1.
    static func bar(_ share: Float) -> String {
        let filled = Int((min(max(share, 0), 1) * 10).rounded())
        return String(repeating: "█", count: filled) + String(repeating: "░", count: 10 - filled)
    }

    private static func line(_ columns: String...) -> String {
        let widths = [8, 8, 9, 20, 17, 10, 0]
        let padded = zip(columns, widths).map { column, width in
            column + String(repeating: " ", count: max(width - column.count, column.isEmpty ? 0 : 1))
        }
        return padded.joined().trimmingCharacters(in: .whitespaces)
    }
}
