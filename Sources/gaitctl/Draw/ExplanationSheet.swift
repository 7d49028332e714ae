import Foundation
import Gait
import GaitModels

/// The picture of an explanation: the walk with its joints by saliency, beside it what counted most, and below it all joints
/// over time.
struct ExplanationSheet {
    private static let width = 680.0
    private static let margin = 18.0
    private static let figureWidth = 270.0
    private static let figureHeight = 190.0
    /// The number of listed joints and features.
    private static let listed = 5

    private let report: ExplanationReport
    private let figure: FigureDrawing
    private let rate: Double

    /// - Parameters:
    ///   - gait: the explained frames.
    ///   - rate: frames per second.
    init(_ report: ExplanationReport, gait: Gait, rate: Double, view: FigureView) {
        self.report = report
        self.rate = rate
        let walk = FigureWalk(gait, following: .walker)
        figure = FigureDrawing(walk, rate: rate, view: view, scale: Self.figureHeight / walk.stature)
    }

    /// The whole document.
    func document() -> String {
        let bounds = figure.bounds
        let upper = max(bounds.high.y - bounds.low.y, 250)
        let strip = SaliencyStrip(
            saliency: report.values, rate: rate, seconds: figure.seconds,
            width: Self.width - 2 * Self.margin)
        let height = upper + strip.height + 3 * Self.margin
        var svg = SVGWriter()
        let title = "What supported \(report.label) in \(report.name)"
        svg.document(width: Self.width, height: height, title: title) { svg in
            let middle = (bounds.low + bounds.high) / 2
            let camera = SIMD2(Self.margin + Self.figureWidth / 2 - middle.x, Self.margin - bounds.low.y)
            svg.group(at: camera) { svg in
                figure.draw(name: "1", isPlain: true, into: &svg)
                SaliencyMarks.draw(report.values, on: figure, into: &svg)
            }
            svg.group(at: SIMD2(Self.margin + Self.figureWidth + 20, Self.margin)) { list(into: &$0) }
            svg.group(at: SIMD2(Self.margin, upper + 2 * Self.margin)) { strip.draw(into: &$0) }
        }
        return svg.text
    }

    /// Writes the label, the joints and the features that counted most, with bars for the joints.
    private func list(into svg: inout SVGWriter) {
        let columns = Self.width - 3 * Self.margin - Self.figureWidth - 20
        let share = Int(((report.probabilities[report.label] ?? 0) * 100).rounded())
        svg.label("\(report.label), \(share) %", at: SIMD2(0, 20), size: 18, weight: "600")
        svg.label(SVGWriter.shortened(report.name, to: columns / 6), at: SIMD2(0, 38), size: 11)
        var line = 64.0
        let largest = Double(report.topJoints.first?.share ?? 1)
        for joint in report.topJoints.prefix(Self.listed) {
            let share = Double(joint.share)
            svg.label(joint.joint, at: SIMD2(0, line), size: 12)
            svg.element(
                "rect",
                [
                    "x": 84, "y": line - 9, "rx": 2, "height": 10,
                    "width": max(150 * share / max(largest, 1e-6), 0),
                    "fill": FigureColors.heat(share / max(largest, 1e-6)),
                ])
            svg.label("\(Int((share * 100).rounded())) %", at: SIMD2(244, line), size: 12)
            line += 18
        }
        guard !report.topFeatures.isEmpty else { return }
        line += 12
        for feature in report.topFeatures.prefix(Self.listed) {
            svg.label(feature.feature, at: SIMD2(0, line), size: 12)
            svg.label(
                String(format: "%+.2f", feature.contribution), at: SIMD2(280, line), size: 12, anchor: "end")
            line += 17
        }
    }
}

/// The joints of a moving figure, each as large and red as it counts at that moment.
enum SaliencyMarks {
    /// The radius of a joint that counts for nothing, pixels.
    private static let smallest = 2.5
    /// The additional radius of a joint that counts most, pixels.
    private static let growth = 8.0

    /// - Parameter saliency: `[T][V]`, 0 to 1, one row for each of the figure's frames.
    static func draw(_ saliency: [[Float]], on figure: FigureDrawing, into svg: inout SVGWriter) {
        // The one that counts most is on top.
        let order = Joint.allCases.sorted { sum($0, saliency) < sum($1, saliency) }
        for joint in order {
            let shares = saliency.map { Double($0[joint.rawValue]) }
            let radii = shares.map { (smallest + growth * $0).svg }
            let colors = shares.map(FigureColors.heat)
            let places = figure.points.map { $0[joint.rawValue] }
            let still = figure.stillFrame
            svg.group(at: places[still]) { svg in
                svg.translation(along: places, seconds: figure.seconds)
                svg.element("circle", ["r": radii[still], "fill": colors[still]]) { svg in
                    svg.animation(of: "r", values: radii, seconds: figure.seconds)
                    svg.animation(of: "fill", values: colors, seconds: figure.seconds)
                }
            }
        }
    }

    private static func sum(_ joint: Joint, _ saliency: [[Float]]) -> Float {
        saliency.reduce(0) { $0 + $1[joint.rawValue] }
    }
}

/// Every joint's saliency over time: a table of colored cells with time to the right, and a cursor that follows the moving
/// figure.
struct SaliencyStrip {
    /// The height of a row, pixels.
    private static let rowHeight = 12.0
    private static let labelWidth = 74.0
    /// The number of shades; all cells of one shade are one path.
    private static let shades = 12

    /// `[T][V]`, 0 to 1.
    let saliency: [[Float]]
    /// Frames per second.
    let rate: Double
    /// Seconds of one run of the figure.
    let seconds: Double
    /// Pixels, labels included.
    let width: Double

    /// Pixels, the time axis included.
    var height: Double { Double(Joint.count) * Self.rowHeight + 20 }

    private var cellWidth: Double { (width - Self.labelWidth) / Double(max(saliency.count, 1)) }

    /// Draws the table with its top left corner at the origin.
    func draw(into svg: inout SVGWriter) {
        for joint in Joint.allCases {
            svg.label(
                joint.name,
                at: SIMD2(Self.labelWidth - 8, (Double(joint.rawValue) + 0.8) * Self.rowHeight),
                size: 10.5, anchor: "end", color: Self.color(of: joint))
        }
        let bottom = Double(Joint.count) * Self.rowHeight
        svg.element(
            "rect",
            [
                "x": Self.labelWidth, "width": width - Self.labelWidth, "height": bottom,
                "fill": FigureColors.ground, "fill-opacity": "0.12",
            ])
        drawCells(into: &svg)
        drawAxis(at: bottom, into: &svg)
        drawCursor(height: bottom, into: &svg)
    }

    /// The limb's color in drawings of gaits.
    private static func color(of joint: Joint) -> String {
        if joint.mirrored == joint { return FigureColors.text }
        return joint.mirrored.rawValue > joint.rawValue ? FigureColors.left : FigureColors.right
    }

    private func drawCells(into svg: inout SVGWriter) {
        for shade in 1...Self.shades {
            let runs = Joint.allCases.flatMap { joint in
                self.runs(of: joint, shade: shade).map { run -> [SIMD2<Double>] in
                    let middle = (Double(joint.rawValue) + 0.5) * Self.rowHeight
                    return [
                        SIMD2(Self.labelWidth + Double(run.lowerBound) * cellWidth, middle),
                        SIMD2(Self.labelWidth + Double(run.upperBound) * cellWidth, middle),
                    ]
                }
            }
            guard !runs.isEmpty else { continue }
            let share = Double(shade) / Double(Self.shades)
            svg.element(
                "path",
                [
                    "d": SVGPath.data(runs), "fill": "none", "stroke": FigureColors.heat(share),
                    "stroke-width": Self.rowHeight - 1, "stroke-opacity": min(0.3 + share, 1),
                ])
        }
    }

    /// The runs of frames in which a joint's saliency has a shade.
    private func runs(of joint: Joint, shade: Int) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        for (frame, values) in saliency.enumerated() {
            guard Int((values[joint.rawValue] * Float(Self.shades)).rounded()) == shade else { continue }
            if let last = runs.last, last.upperBound == frame {
                runs[runs.count - 1] = last.lowerBound..<frame + 1
            } else {
                runs.append(frame..<frame + 1)
            }
        }
        return runs
    }

    private func drawAxis(at bottom: Double, into svg: inout SVGWriter) {
        let step = saliency.count > 120 ? 1.0 : 0.5
        for time in stride(from: 0, to: Double(saliency.count) / rate, by: step) {
            let place = SIMD2(Self.labelWidth + (time * rate + 0.5) * cellWidth, bottom + 15)
            svg.label(
                String(format: "%.1f s", time), at: place, size: 10, anchor: "middle")
        }
    }

    private func drawCursor(height: Double, into svg: inout SVGWriter) {
        let first = Self.labelWidth + 0.5 * cellWidth
        svg.element(
            "path",
            ["d": SVGPath.data([[SIMD2(first, 0), SIMD2(first, height)]]), "stroke": FigureColors.text]
        ) { svg in
            let last = Double(saliency.count - 1) * cellWidth
            svg.translation(along: [SIMD2(0, 0), SIMD2(last, 0)], seconds: seconds)
        }
    }
}
