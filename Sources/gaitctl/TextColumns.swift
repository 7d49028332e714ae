/// Lays out cells in columns.
struct TextColumns {
    /// Least widths in characters, each with its own gap to the next column; the last may be 0.
    let widths: [Int]

    /// One line, without white space at its end. A cell that is too wide pushes the others on.
    func line(_ cells: [String]) -> String {
        var line = zip(cells, widths).map { cell, width in
            cell + String(repeating: " ", count: max(width - cell.count, cell.isEmpty ? 0 : 1))
        }.joined()
        while line.last == " " { line.removeLast() }
        return line
    }

    /// As `3 min 20 s`: the two largest units of a duration in seconds.
    static func duration(_ seconds: Double) -> String {
        let whole = Int(min(max(seconds, 0), 1e10))
        switch whole {
        case ..<60: return "\(whole) s"
        case ..<3600: return "\(whole / 60) min \(whole % 60) s"
        case ..<86400: return "\(whole / 3600) h \(whole / 60 % 60) min"
        default: return "\(whole / 86400) d \(whole / 3600 % 24) h"
        }
    }

    /// As `missing_id 3, late 1`: counts by name, the largest first; a dash where there is none.
    static func counts(_ counts: [String: Int]) -> String {
        guard !counts.isEmpty else { return "-" }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
            .map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}
