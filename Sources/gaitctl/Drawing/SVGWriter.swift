/// Writes an SVG document element by element. Knows XML and nothing of gaits.
struct SVGWriter {
    /// What has been written so far.
    private(set) var text = ""

    /// Writes an element without content, or with text in it.
    mutating func element(
        _ name: String, _ attributes: KeyValuePairs<String, String> = [:], text content: String? = nil
    ) {
        begin(name, attributes)
        if let content {
            text += ">" + Self.escaped(content) + "</\(name)>\n"
        } else {
            text += "/>\n"
        }
    }

    /// Writes an element around what `content` writes.
    mutating func element(
        _ name: String, _ attributes: KeyValuePairs<String, String> = [:],
        content: (inout SVGWriter) -> Void
    ) {
        begin(name, attributes)
        text += ">\n"
        content(&self)
        text += "</\(name)>\n"
    }

    /// Writes an animation of an attribute of the element around it, in equal steps, for ever.
    ///
    /// - Parameters:
    ///   - values: one per keyframe; the same number of them means the same moment in every animation.
    ///   - seconds: of one run.
    mutating func animation(of attribute: String, values: [String], seconds: Double) {
        guard Set(values).count > 1 else { return }
        element(
            "animate",
            [
                "attributeName": attribute, "dur": Self.duration(seconds), "repeatCount": "indefinite",
                "values": values.joined(separator: ";"),
            ])
    }

    /// Writes a translation of the element around it along points, in equal steps, for ever.
    mutating func translation(along points: [SIMD2<Double>], seconds: Double) {
        let values = points.map { Self.number($0.x) + " " + Self.number($0.y) }
        guard Set(values).count > 1 else { return }
        element(
            "animateTransform",
            [
                "attributeName": "transform", "type": "translate", "dur": Self.duration(seconds),
                "repeatCount": "indefinite", "values": values.joined(separator: ";"),
            ])
    }

    private mutating func begin(_ name: String, _ attributes: KeyValuePairs<String, String>) {
        text += "<" + name
        for (key, value) in attributes { text += " \(key)=\"\(Self.escaped(value))\"" }
    }

    /// Text as it may stand in content and in attributes; characters that XML 1.0 does not have are replaced.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "\t", "\n", "\r": escaped += " "
            case "\u{0}"..<" ", "\u{FFFE}", "\u{FFFF}": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// A number with at most one decimal.
    static func number(_ value: Double) -> String { tenths(tenths(of: value)) }

    /// A duration with milliseconds.
    static func duration(_ seconds: Double) -> String { "\((seconds * 1000).rounded() / 1000)s" }

    /// The value in tenths; what no number can be drawn from becomes 0, what is far outside is brought back.
    static func tenths(of value: Double) -> Int {
        value.isFinite ? Int((min(max(value, -1e6), 1e6) * 10).rounded()) : 0
    }

    /// A number of tenths as text, without a decimal where it has none.
    static func tenths(_ tenths: Int) -> String {
        let (whole, rest) = abs(tenths).quotientAndRemainder(dividingBy: 10)
        return (tenths < 0 ? "-" : "") + (rest == 0 ? "\(whole)" : "\(whole).\(rest)")
    }
}
