/// What all our pictures have in common: the frame around them, and their lettering.
enum SVGDocument {
    /// Writes the document around `content`, on a transparent ground.
    ///
    /// - Parameter title: what screen readers say.
    static func write(
        width: Double, height: Double, title: String, into svg: inout SVGWriter,
        content: (inout SVGWriter) -> Void
    ) {
        let (width, height) = (SVGWriter.number(width.rounded(.up)), SVGWriter.number(height.rounded(.up)))
        svg.element(
            "svg",
            [
                "xmlns": "http://www.w3.org/2000/svg", "width": width, "height": height,
                "viewBox": "0 0 \(width) \(height)", "role": "img",
                "font-family": "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif",
            ]
        ) { svg in
            svg.element("title", text: title)
            svg.element("defs") { svg in
                svg.element("radialGradient", ["id": "fade"]) { svg in
                    svg.element("stop", ["offset": "0.35", "stop-color": "#fff"])
                    svg.element("stop", ["offset": "1", "stop-color": "#fff", "stop-opacity": "0"])
                }
            }
            content(&svg)
        }
    }

    /// Writes `content` moved to a place.
    static func group(
        at place: SIMD2<Double>, into svg: inout SVGWriter, content: (inout SVGWriter) -> Void
    ) {
        let translation = "translate(\(SVGWriter.number(place.x)) \(SVGWriter.number(place.y)))"
        svg.element("g", ["transform": translation], content: content)
    }

    /// A title over smaller lines, all centred and cut to about the given width.
    static func caption(
        _ title: String, details: [String], at place: SIMD2<Double>, width: Double,
        into svg: inout SVGWriter
    ) {
        label(
            shortened(title, to: width / 8), at: place, size: 15, anchor: "middle", weight: "600", into: &svg)
        for (line, detail) in details.enumerated() {
            label(
                shortened(detail, to: width / 5.8), at: place + SIMD2(0, 17 + 14 * Double(line)), size: 11,
                anchor: "middle", into: &svg)
        }
    }

    /// One line of text; its baseline begins at `place`, or as `anchor` says.
    static func label(
        _ text: String, at place: SIMD2<Double>, size: Double, anchor: String = "start",
        weight: String = "400", colour: String = FigureColours.text, into svg: inout SVGWriter
    ) {
        svg.element(
            "text",
            [
                "x": SVGWriter.number(place.x), "y": SVGWriter.number(place.y),
                "font-size": SVGWriter.number(size), "font-weight": weight, "text-anchor": anchor,
                "fill": colour,
            ], text: text)
    }

    /// The text, cut to a number of characters.
    static func shortened(_ text: String, to length: Double) -> String {
        let length = max(Int(length), 8)
        return text.count > length ? text.prefix(length - 1) + "…" : text
    }
}
