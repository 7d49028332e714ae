import Foundation
import Gait

/// How much each joint counted at each time, as a table of coloured cells with time to the right, and a line
/// that follows the moving figure.
struct SaliencyStrip {
    /// Pixels of a row.
    private static let rowHeight = 12.0
    private static let labelWidth = 74.0
    /// Shades that saliency is rounded to; cells of one shade are one path.
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

    /// Draws the table with its top left corner in the origin.
    func draw(into svg: inout SVGWriter) {
        for joint in Joint.allCases {
            SVGDocument.label(
                joint.name,
                at: SIMD2(Self.labelWidth - 8, (Double(joint.rawValue) + 0.8) * Self.rowHeight),
                size: 10.5, anchor: "end", colour: Self.colour(of: joint), into: &svg)
        }
        let bottom = Double(Joint.count) * Self.rowHeight
        svg.element(
            "rect",
            [
                "x": SVGWriter.number(Self.labelWidth), "width": SVGWriter.number(width - Self.labelWidth),
                "height": SVGWriter.number(bottom), "fill": FigureColours.ground, "fill-opacity": "0.12",
            ])
        drawCells(into: &svg)
        drawAxis(at: bottom, into: &svg)
        drawCursor(height: bottom, into: &svg)
    }

    /// The colour that the limb has in drawings of gaits.
    private static func colour(of joint: Joint) -> String {
        if joint.mirrored == joint { return FigureColours.text }
        return joint.mirrored.rawValue > joint.rawValue ? FigureColours.left : FigureColours.right
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
                    "d": SVGPath.data(runs), "fill": "none", "stroke": FigureColours.heat(share),
                    "stroke-width": SVGWriter.number(Self.rowHeight - 1),
                    "stroke-opacity": SVGWriter.number(min(0.3 + share, 1)),
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
            SVGDocument.label(
                String(format: "%.1f s", time), at: place, size: 10, anchor: "middle", into: &svg)
        }
    }

    private func drawCursor(height: Double, into svg: inout SVGWriter) {
        let first = Self.labelWidth + 0.5 * cellWidth
        svg.element(
            "path",
            ["d": SVGPath.data([[SIMD2(first, 0), SIMD2(first, height)]]), "stroke": FigureColours.text]
        ) { svg in
            let last = Double(saliency.count - 1) * cellWidth
            svg.translation(along: [SIMD2(0, 0), SIMD2(last, 0)], seconds: seconds)
        }
    }
}
