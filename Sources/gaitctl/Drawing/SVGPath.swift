/// The data of SVG paths, as short as one decimal allows: the first point absolute, the others as differences.
enum SVGPath {
    /// Lines through points. A line of a single point becomes a dot where line caps are round.
    ///
    /// Two calls with lines of the same numbers of points give paths that can be blended into each other.
    static func data(_ lines: [[SIMD2<Double>]]) -> String {
        var text = ""
        var current = SIMD2<Int>.zero
        for line in lines {
            for (index, point) in line.enumerated() {
                let place = SIMD2(SVGWriter.tenths(of: point.x), SVGWriter.tenths(of: point.y))
                let step = place &- current
                // A path's first m is absolute, and the lines after an m are relative, after an M not.
                let command = index == 0 ? "m" : ""
                let x = SVGWriter.tenths(step.x)
                let y = SVGWriter.tenths(step.y)
                // After a command or before a minus no separator is needed.
                text += command + (command.isEmpty && step.x >= 0 ? " " : "") + x
                text += (step.y >= 0 ? " " : "") + y
                current = place
            }
            if line.count == 1 { text += "h0" }
        }
        return text
    }
}
