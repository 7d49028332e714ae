import Foundation
import Gait
import GaitModels

/// The picture of an explanation: the walk with its joints by saliency, what counted most beside it, and all
/// joints over time below.
struct ExplanationSheet {
    private static let width = 680.0
    private static let margin = 18.0
    private static let figureWidth = 270.0
    private static let figureHeight = 190.0
    /// Joints and features that are listed.
    private static let listed = 5

    private let report: ExplanationReport
    private let figure: FigureDrawing
    private let rate: Double

    /// - Parameters:
    ///   - gait: the frames that are explained.
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
        let title = "What spoke for \(report.label) in \(report.name)"
        SVGDocument.write(width: Self.width, height: height, title: title, into: &svg) { svg in
            let middle = (bounds.low + bounds.high) / 2
            let camera = SIMD2(Self.margin + Self.figureWidth / 2 - middle.x, Self.margin - bounds.low.y)
            SVGDocument.group(at: camera, into: &svg) { svg in
                figure.draw(.plain, name: "1", into: &svg)
                SaliencyMarks.draw(report.values, on: figure, into: &svg)
            }
            SVGDocument.group(at: SIMD2(Self.margin + Self.figureWidth + 20, Self.margin), into: &svg) {
                svg in
                list(into: &svg)
            }
            SVGDocument.group(at: SIMD2(Self.margin, upper + 2 * Self.margin), into: &svg) { svg in
                strip.draw(into: &svg)
            }
        }
        return svg.text
    }

    /// Writes the label, the joints and the features that counted most, with bars for the joints.
    private func list(into svg: inout SVGWriter) {
        let columns = Self.width - 3 * Self.margin - Self.figureWidth - 20
        let share = Int(((report.probabilities[report.label] ?? 0) * 100).rounded())
        SVGDocument.label(
            "\(report.label), \(share) %", at: SIMD2(0, 20), size: 18, weight: "600", into: &svg)
        SVGDocument.label(
            SVGDocument.shortened(report.name, to: columns / 6), at: SIMD2(0, 38), size: 11, into: &svg)
        var line = 64.0
        let largest = Double(report.topJoints.first?.share ?? 1)
        for joint in report.topJoints.prefix(Self.listed) {
            let share = Double(joint.share)
            SVGDocument.label(joint.joint, at: SIMD2(0, line), size: 12, into: &svg)
            svg.element(
                "rect",
                [
                    "x": "84", "y": SVGWriter.number(line - 9), "rx": "2", "height": "10",
                    "width": SVGWriter.number(max(150 * share / max(largest, 1e-6), 0)),
                    "fill": FigureColours.heat(share / max(largest, 1e-6)),
                ])
            SVGDocument.label(
                "\(Int((share * 100).rounded())) %", at: SIMD2(244, line), size: 12, into: &svg)
            line += 18
        }
        guard !report.topFeatures.isEmpty else { return }
        line += 12
        for feature in report.topFeatures.prefix(Self.listed) {
            SVGDocument.label(feature.feature, at: SIMD2(0, line), size: 12, into: &svg)
            SVGDocument.label(
                String(format: "%+.2f", feature.contribution), at: SIMD2(280, line), size: 12, anchor: "end",
                into: &svg)
            line += 17
        }
    }
}
