/// Writes an SVG document element by element. It knows XML, not gaits.
struct SVGWriter {
    /// The text so far.
    private(set) var text = ""

    /// Writes an element without content, or with text in it.
    mutating func element(
        _ name: String, _ attributes: KeyValuePairs<String, any SVGValue> = [:], text content: String? = nil
    ) {
        text += "<" + name
        write(attributes)
        text += content.map { ">" + Self.escaped($0) + "</\(name)>\n" } ?? "/>\n"
    }

    /// Writes an element around the output of `content`.
    mutating func element(
        _ name: String, _ attributes: KeyValuePairs<String, any SVGValue> = [:],
        content: (inout SVGWriter) -> Void
    ) {
        text += "<" + name
        write(attributes)
        text += ">\n"
        content(&self)
        text += "</\(name)>\n"
    }

    /// Writes an endless animation of an attribute of the enclosing element, in equal steps.
    ///
    /// - Parameters:
    ///   - values: one per keyframe; animations with as many keyframes stay in step.
    ///   - seconds: the duration of one run.
    mutating func animation(of attribute: String, values: [String], seconds: Double) {
        animate("animate", ["attributeName": attribute], values, seconds)
    }

    /// Writes an endless translation of the enclosing element along points, in equal steps.
    mutating func translation(along points: [SIMD2<Double>], seconds: Double) {
        animate(
            "animateTransform", ["attributeName": "transform", "type": "translate"],
            points.map { $0.x.svg + " " + $0.y.svg }, seconds)
    }

    private mutating func animate(
        _ name: String, _ attributes: KeyValuePairs<String, any SVGValue>, _ values: [String],
        _ seconds: Double
    ) {
        guard Set(values).count > 1 else { return }
        text += "<" + name
        write(attributes)
        write([
            "dur": "\((seconds * 1000).rounded() / 1000)s", "repeatCount": "indefinite",
            "values": values.joined(separator: ";"),
        ])
        text += "/>\n"
    }

    private mutating func write(_ attributes: KeyValuePairs<String, any SVGValue>) {
        for (key, value) in attributes { text += " \(key)=\"\(Self.escaped(value.svg))\"" }
    }

    /// Text escaped for content and attributes; characters that XML 1.0 lacks are replaced.
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

    /// The value in tenths; NaN and infinities become 0, and values far outside are limited.
    static func tenths(of value: Double) -> Int {
        value.isFinite ? Int((min(max(value, -1e6), 1e6) * 10).rounded()) : 0
    }

    /// A number of tenths as text, without a decimal for whole numbers.
    static func tenths(_ tenths: Int) -> String {
        let (whole, rest) = abs(tenths).quotientAndRemainder(dividingBy: 10)
        return (tenths < 0 ? "-" : "") + (rest == 0 ? "\(whole)" : "\(whole).\(rest)")
    }
}

// MARK: - The elements that all our pictures share

extension SVGWriter {
    /// Writes a document around `content`, on a transparent ground.
    ///
    /// - Parameter title: for screen readers.
    mutating func document(
        width: Double, height: Double, title: String, content: (inout SVGWriter) -> Void
    ) {
        let (width, height) = (width.rounded(.up), height.rounded(.up))
        element(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "width": width, "height": height,
                "viewBox": "0 0 \(width.svg) \(height.svg)", "role": "img",
                "font-family": "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif",
            ]
        ) { svg in
            svg.element("title", text: title)
            svg.element("defs") { svg in
                svg.element("radialGradient", ["id": "fade"]) { svg in
                    svg.element("stop", ["offset": "0.35", "stop-color": "#fff"])
                    svg.element("stop", ["offset": 1, "stop-color": "#fff", "stop-opacity": 0])
                }
            }
            content(&svg)
        }
    }

    /// Writes `content` moved to a place.
    mutating func group(at place: SIMD2<Double>, content: (inout SVGWriter) -> Void) {
        element("g", ["transform": "translate(\(place.x.svg) \(place.y.svg))"], content: content)
    }

    /// Writes a title over smaller lines, all centered and cut to about the given width.
    mutating func caption(_ title: String, details: [String], at place: SIMD2<Double>, width: Double) {
        label(Self.shortened(title, to: width / 8), at: place, size: 15, anchor: "middle", weight: "600")
        for (line, detail) in details.enumerated() {
            label(
                Self.shortened(detail, to: width / 5.8), at: place + SIMD2(0, 17 + 14 * Double(line)),
                size: 11,
                anchor: "middle")
        }
    }

    /// Writes one line of text; its baseline begins at `place`, or as `anchor` says.
    mutating func label(
        _ text: String, at place: SIMD2<Double>, size: Double, anchor: String = "start",
        weight: String = "400", color: String = FigureColors.text
    ) {
        element(
            "text",
            [
                "x": place.x, "y": place.y, "font-size": size, "font-weight": weight, "text-anchor": anchor,
                "fill": color,
            ], text: text)
    }

    /// The text, cut to a number of characters.
    static func shortened(_ text: String, to length: Double) -> String {
        let length = max(Int(length), 8)
        return text.count > length ? text.prefix(length - 1) + "…" : text
    }
}

/// The value of an attribute.
protocol SVGValue {
    var svg: String { get }
}

extension String: SVGValue {
    var svg: String { self }
}

extension Double: SVGValue {
    /// With at most one decimal.
    var svg: String { SVGWriter.tenths(SVGWriter.tenths(of: self)) }
}

extension Int: SVGValue {
    var svg: String { String(self) }
}

/// The data of SVG paths, as compact as one decimal allows: the first point absolute, the others as differences.
enum SVGPath {
    /// Lines through points. With round line caps, a line of a single point becomes a dot.
    ///
    /// Paths can be animated into each other if their lines have the same numbers of points.
    static func data(_ lines: [[SIMD2<Double>]]) -> String {
        var text = ""
        var current = SIMD2<Int>.zero
        for line in lines {
            for (index, point) in line.enumerated() {
                let place = SIMD2(SVGWriter.tenths(of: point.x), SVGWriter.tenths(of: point.y))
                let step = place &- current
                // A path's first m is absolute, and the lines after an m (unlike an M) are relative. No separator is
                // needed after a command or before a minus sign.
                let separators = (step.x >= 0 ? " " : "", step.y >= 0 ? " " : "")
                text += (index == 0 ? "m" : separators.0) + SVGWriter.tenths(step.x)
                text += separators.1 + SVGWriter.tenths(step.y)
                current = place
            }
            if line.count == 1 { text += "h0" }
        }
        return text
    }
}
