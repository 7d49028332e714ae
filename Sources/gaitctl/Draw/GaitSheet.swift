import Foundation
import Gait

/// Walks side by side in one picture, at one scale, with captions.
struct GaitSheet {
    /// One walk and its caption.
    struct Figure {
        let title: String
        let details: [String]
        let walk: FigureWalk
        /// Frames per second.
        let rate: Double
    }

    /// The tallest figure's height, pixels.
    private static let figureHeight = 190.0
    /// The greatest width of a single walk, pixels.
    private static let widestPanel = 900.0
    private static let margin = 18.0
    private static let captionHeight = 50.0
    private static let legendHeight = 24.0

    private let figures: [Figure]
    private let drawings: [FigureDrawing]
    /// The box around each of the drawings, pixels around the camera's target.
    private let low: SIMD2<Double>
    private let high: SIMD2<Double>

    /// - Parameter figures: at least one.
    init(_ figures: [Figure], view: FigureView) {
        self.figures = figures
        func drawings(scale: Double) -> [FigureDrawing] {
            figures.map { FigureDrawing($0.walk, rate: $0.rate, view: view, scale: scale) }
        }
        let tallest = figures.map(\.walk.stature).max() ?? 1
        var scale = Self.figureHeight / tallest
        var box = Self.box(drawings(scale: scale))
        let width = box.high.x - box.low.x
        if width > Self.widestPanel {
            scale *= Self.widestPanel / width
            box = Self.box(drawings(scale: scale))
        }
        self.drawings = drawings(scale: scale)
        (low, high) = box
    }

    private static func box(_ drawings: [FigureDrawing]) -> (low: SIMD2<Double>, high: SIMD2<Double>) {
        ([.zero] + drawings.map(\.bounds).flatMap { [$0.low, $0.high] }).bounds
    }

    private var panelWidth: Double { max(high.x - low.x, 190) + Self.margin }
    private var width: Double { panelWidth * Double(figures.count) + 2 * Self.margin }
    private var height: Double {
        high.y - low.y + Self.captionHeight + Self.legendHeight + 2 * Self.margin
    }

    /// The whole document.
    func document() -> String {
        var svg = SVGWriter()
        let titles = figures.map(\.title).joined(separator: ", ")
        svg.document(width: width, height: height, title: "Walking: \(titles)") { svg in
            for (index, drawing) in drawings.enumerated() {
                let center = Self.margin + panelWidth * (Double(index) + 0.5)
                let camera = SIMD2(center - (low.x + high.x) / 2, Self.margin - low.y)
                svg.group(at: camera) { drawing.draw(name: "\(index + 1)", into: &$0) }
                let baseline = Self.margin + high.y - low.y + 18
                svg.caption(
                    figures[index].title, details: figures[index].details, at: SIMD2(center, baseline),
                    width: panelWidth)
            }
            legend(into: &svg)
        }
        return svg.text
    }

    private func legend(into svg: inout SVGWriter) {
        let entries = [("left", FigureColors.left), ("right", FigureColors.right)]
        for (index, entry) in entries.enumerated() {
            let place = SIMD2(width / 2 - 46 + 54 * Double(index), height - Self.margin)
            svg.element("circle", ["cx": place.x, "cy": place.y - 4, "r": 4, "fill": entry.1])
            svg.label(entry.0, at: place + SIMD2(9, 0), size: 11)
        }
    }
}

/// The destination of a picture.
enum PictureFile {
    /// Writes a document to a file, completely or not at all, or to stdout.
    ///
    /// - Throws: `CommandFailure.failure` if the file cannot be written.
    static func write(_ document: String, to path: String?) throws(CommandFailure) {
        guard let path else { return print(document, terminator: "") }
        do {
            try document.write(toFile: path, atomically: true, encoding: .utf8)
        } catch {
            throw .failure("\(path) cannot be written: \(error.localizedDescription)")
        }
    }
}
