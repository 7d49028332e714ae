import Messaging

/// One thing that was looked at in a source's stream of skeletons.
struct StreamFinding: Encodable, Equatable {
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
    func with(_ figures: [String: Double?]) -> StreamFinding {
        var finding = self
        finding.figures.merge(figures.compactMapValues { $0 }.filter(\.value.isFinite)) { $1 }
        return finding
    }

    static func good(_ subject: String, _ text: String) -> StreamFinding {
        StreamFinding(subject: subject, verdict: .good, text: text, advice: nil, fields: [:])
    }

    static func note(_ subject: String, _ text: String, advice: String? = nil) -> StreamFinding {
        StreamFinding(subject: subject, verdict: .note, text: text, advice: advice, fields: [:])
    }

    static func wrong(
        _ subject: String, _ text: String, advice: String, fields: [String: JSONValue] = [:]
    ) -> StreamFinding {
        StreamFinding(subject: subject, verdict: .wrong, text: text, advice: advice, fields: fields)
    }
}

/// Numbers of a sample.
enum Sample {
    /// The value at a share of 0...1 of the sorted values; 0 of none.
    static func quantile(_ share: Double, _ values: [Double]) -> Double {
        Stopwatch.percentile(share * 100, ofSorted: values.sorted())
    }

    static func median(_ values: [Double]) -> Double { quantile(0.5, values) }

    /// The median distance from the median, times 1.48: the standard deviation of a normal sample, whatever a few
    /// outliers do.
    static func spread(_ values: [Double]) -> Double {
        let middle = median(values)
        return 1.4826 * median(values.map { abs($0 - middle) })
    }

    static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }
}

extension [StreamFinding] {
    /// Each with the numbers behind it.
    func with(_ figures: [String: Double?]) -> [StreamFinding] { map { $0.with(figures) } }
}
