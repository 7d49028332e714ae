/// The result of one check of skeletons.
package struct Finding: Encodable, Equatable, Sendable {
    package enum Verdict: String, Encodable, Sendable {
        /// In order.
        case good
        /// Worth knowing, but not a fault.
        case note
        /// For the sender to correct.
        case wrong
    }

    /// The value of a message's field.
    package enum Field: Encodable, Equatable, Sendable {
        case string(String)
        case numbers([Double])

        package func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .string(let text): try container.encode(text)
            case .numbers(let numbers): try container.encode(numbers)
            }
        }
    }

    /// What was checked, such as `clock` or `units`.
    package let subject: String
    package let verdict: Verdict
    /// What was found, with its numbers.
    package let text: String
    /// What to do about it; nil for nothing.
    package let advice: String?
    /// The message's fields that correct it.
    package let fields: [String: Field]
    /// The numbers behind the text, by names with their units.
    package private(set) var figures: [String: Double] = [:]

    /// The finding with the numbers behind it; unknown ones are omitted.
    package func with(_ figures: [String: Double?]) -> Finding {
        var finding = self
        finding.figures.merge(figures.compactMapValues { $0 }.filter(\.value.isFinite)) { $1 }
        return finding
    }

    /// The finding with another advice, for a source whose messages have no fields.
    package func advising(_ advice: String) -> Finding { replacing(text: text, advice: advice) }

    /// The finding about a part of what was checked.
    package func of(_ part: String) -> Finding { replacing(text: "\(part): \(text)", advice: advice) }

    private func replacing(text: String, advice: String?) -> Finding {
        var finding = Finding(subject: subject, verdict: verdict, text: text, advice: advice, fields: [:])
        finding.figures = figures
        return finding
    }

    package static func good(_ subject: String, _ text: String) -> Finding {
        Finding(subject: subject, verdict: .good, text: text, advice: nil, fields: [:])
    }

    package static func note(_ subject: String, _ text: String, advice: String? = nil) -> Finding {
        Finding(subject: subject, verdict: .note, text: text, advice: advice, fields: [:])
    }

    package static func wrong(
        _ subject: String, _ text: String, advice: String, fields: [String: Field] = [:]
    ) -> Finding {
        Finding(subject: subject, verdict: .wrong, text: text, advice: advice, fields: fields)
    }
}

extension [Finding] {
    /// Each finding with the numbers behind it.
    package func with(_ figures: [String: Double?]) -> [Finding] { map { $0.with(figures) } }

    /// The subjects of faults, each once, in order of appearance.
    package var wrongSubjects: [String] {
        filter { $0.verdict == .wrong }.map(\.subject).reduce(into: []) {
            if !$0.contains($1) { $0.append($1) }
        }
    }
}

/// Statistics of a sample.
package enum Sample {
    /// The nearest-rank quantile of a share of 0...1; 0 for no values.
    package static func quantile(_ share: Double, _ values: [Double]) -> Double {
        guard !values.isEmpty else { return 0 }
        let rank = Int((share * Double(values.count)).rounded(.up))
        return values.sorted()[min(max(rank - 1, 0), values.count - 1)]
    }

    package static func median(_ values: [Double]) -> Double { quantile(0.5, values) }

    /// The median distance from the median, times 1.48: a normal sample's standard deviation, robust against outliers.
    package static func spread(_ values: [Double]) -> Double {
        let middle = median(values)
        return 1.4826 * median(values.map { abs($0 - middle) })
    }

    /// The differences between each value and the next.
    package static func steps(_ values: [Double]) -> [Double] {
        zip(values, values.dropFirst()).map { $1 - $0 }
    }

    package static func mean(_ values: [Double]) -> Double {
        values.isEmpty ? 0 : values.reduce(0, +) / Double(values.count)
    }
}
