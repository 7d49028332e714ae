import Gait

extension [Finding] {
    /// Findings and advice, one per line, and at the end the number of faults.
    var lines: [String] {
        let columns = TextColumns(widths: [7, 12, 0])
        var lines: [String] = []
        for finding in self {
            let verdict =
                switch finding.verdict {
                case .good: "ok"
                case .note: "note"
                case .wrong: "WRONG"
                }
            lines.append(columns.line([verdict, finding.subject, finding.text]))
            if let advice = finding.advice { lines.append(columns.line(["", " ", "-> \(advice)"])) }
        }
        let faults = count { $0.verdict == .wrong }
        let end =
            faults == 0
            ? "nothing is wrong" : faults == 1 ? "1 thing is wrong" : "\(faults) things are wrong"
        return lines + ["", end]
    }
}
