import Messaging

/// One thing that was looked at in a source's skeletons.
struct Finding: Encodable, Equatable {
    enum Verdict: String, Encodable {
        /// As it should be.
        case good
        /// Worth knowing, and no fault.
        case note
        /// To be corrected by the sender.
        case wrong
    }

    /// What was looked at, such as `clock` or `units`.
    let subject: String
    let verdict: Verdict
    /// What was found, with its numbers.
    let text: String
    /// What to do about it; nil where there is nothing to do.
    let advice: String?
    /// The message's fields that correct it.
    let fields: [String: JSONValue]
    /// The numbers behind the text, by names with their units.
    private(set) var figures: [String: Double] = [:]

    /// With the numbers behind it; those that are not known are left out.
    func with(_ figures: [String: Double?]) -> Finding {
        var finding = self
        finding.figures.merge(figures.compactMapValues { $0 }.filter(\.value.isFinite)) { $1 }
        return finding
    }

    /// With another advice, for a source whose messages have no fields.
    func advising(_ advice: String) -> Finding { replacing(text: text, advice: advice) }

    /// The finding as one of a part of what was looked at.
    func of(_ part: String) -> Finding { replacing(text: "\(part): \(text)", advice: advice) }

    private func replacing(text: String, advice: String?) -> Finding {
        var finding = Finding(subject: subject, verdict: verdict, text: text, advice: advice, fields: [:])
        finding.figures = figures
        return finding
    }

    static func good(_ subject: String, _ text: String) -> Finding {
        Finding(subject: subject, verdict: .good, text: text, advice: nil, fields: [:])
    }

    static func note(_ subject: String, _ text: String, advice: String? = nil) -> Finding {
        Finding(subject: subject, verdict: .note, text: text, advice: advice, fields: [:])
    }

    static func wrong(
        _ subject: String, _ text: String, advice: String, fields: [String: JSONValue] = [:]
    ) -> Finding {
        Finding(subject: subject, verdict: .wrong, text: text, advice: advice, fields: fields)
    }
}

extension [Finding] {
    /// Each with the numbers behind it.
    func with(_ figures: [String: Double?]) -> [Finding] { map { $0.with(figures) } }

    /// What was found, and what to do, a line each, and at last how much is wrong.
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

    /// What is wrong, each subject once, in the order of their first places.
    var wrongSubjects: [String] {
        filter { $0.verdict == .wrong }.map(\.subject).reduce(into: []) {
            if !$0.contains($1) { $0.append($1) }
        }
    }
}
