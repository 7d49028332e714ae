import Gait

/// The joints of a moving figure, each as large and as red as it counted at that moment.
enum SaliencyMarks {
    /// Pixels of a joint that counted nothing.
    private static let smallest = 2.5
    /// Pixels that a joint which counted most is larger.
    private static let growth = 8.0

    /// - Parameter saliency: `[T][V]`, 0 to 1, one row for each of the figure's frames.
    static func draw(_ saliency: [[Float]], on figure: FigureDrawing, into svg: inout SVGWriter) {
        // The one that counted most lies on top.
        let order = Joint.allCases.sorted { sum($0, saliency) < sum($1, saliency) }
        for joint in order {
            let shares = saliency.map { Double($0[joint.rawValue]) }
            let radii = shares.map { SVGWriter.number(smallest + growth * $0) }
            let colours = shares.map(FigureColours.heat)
            let places = figure.points.map { $0[joint.rawValue] }
            let still = figure.stillFrame
            SVGDocument.group(at: places[still], into: &svg) { svg in
                svg.translation(along: places, seconds: figure.seconds)
                svg.element("circle", ["r": radii[still], "fill": colours[still]]) { svg in
                    svg.animation(of: "r", values: radii, seconds: figure.seconds)
                    svg.animation(of: "fill", values: colours, seconds: figure.seconds)
                }
            }
        }
    }

    private static func sum(_ joint: Joint, _ saliency: [[Float]]) -> Float {
        saliency.reduce(0) { $0 + $1[joint.rawValue] }
    }
}
