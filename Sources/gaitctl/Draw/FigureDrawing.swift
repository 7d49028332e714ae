import Foundation
import Gait

/// One walk as a stick figure on its piece of ground, in pixels around the camera's target.
struct FigureDrawing {
    /// The joints of every frame, `[T][V]`, pixels.
    let points: [[SIMD2<Double>]]
    /// The middle of the head in every frame, pixels.
    private let heads: [SIMD2<Double>]
    /// The seconds of one run.
    let seconds: Double
    private let walk: FigureWalk
    private let view: FigureView
    private let scale: Double
    private let floor: FigureFloor

    /// - Parameters:
    ///   - rate: frames per second.
    ///   - scale: pixels per meter.
    init(_ walk: FigureWalk, rate: Double, view: FigureView, scale: Double) {
        (self.walk, self.view, self.scale) = (walk, view, scale)
        points = walk.joints.map { $0.map { view.project($0) * scale } }
        heads = walk.heads.map { view.project($0) * scale }
        seconds = Double(walk.joints.count - 1) / rate
        floor = FigureFloor(walk)
    }

    /// The smallest box around the figure in all frames and its ground.
    var bounds: (low: SIMD2<Double>, high: SIMD2<Double>) {
        let margin = SIMD2(repeating: headRadius + limbWidth)
        let places = points.joined() + heads
        return
            (floor.corners(view).map { $0 * scale } + places.map { $0 - margin }
            + places.map { $0 + margin }).bounds
    }

    private var headRadius: Double { FigureWalk.headRadius * walk.stature * scale }
    private var limbWidth: Double { 0.033 * walk.stature * scale }

    /// Draws the ground, then the figure, left side first, because no view is from the left.
    ///
    /// - Parameters:
    ///   - name: makes the drawing's identifiers unique in its document.
    ///   - isPlain: whether all limbs are gray, under other drawings.
    func draw(name: String, isPlain: Bool = false, into svg: inout SVGWriter) {
        floor.draw(view, scale: scale, seconds: seconds, name: name, into: &svg)
        let trunkColor = FigureColors.trunk
        let left = isPlain ? trunkColor : FigureColors.left
        let right = isPlain ? trunkColor : FigureColors.right
        svg.element(
            "g",
            [
                "fill": "none", "stroke-width": limbWidth, "stroke-linecap": "round",
                "stroke-linejoin": "round",
            ]
        ) { svg in
            drawLines(Self.leftLimbs, color: left, into: &svg)
            drawLines(Self.trunk, color: trunkColor, into: &svg)
            svg.element("g", ["stroke-width": 2 * headRadius]) { svg in
                drawPath(heads.map { SVGPath.data([[$0]]) }, color: trunkColor, into: &svg)
            }
            drawLines(Self.rightLimbs, color: right, into: &svg)
        }
    }

    /// Lines between joints that move with them.
    private func drawLines(_ lines: [[Joint]], color: String, into svg: inout SVGWriter) {
        let frames = points.map { frame in SVGPath.data(lines.map { $0.map { frame[$0.rawValue] } }) }
        drawPath(frames, color: color, into: &svg)
    }

    /// A path that changes from frame to frame.
    private func drawPath(_ frames: [String], color: String, into svg: inout SVGWriter) {
        svg.element("path", ["d": frames[stillFrame], "stroke": color]) { svg in
            svg.animation(of: "d", values: frames, seconds: seconds)
        }
    }

    /// The frame for viewers without animation: the one with the feet farthest apart.
    var stillFrame: Int {
        let (left, right) = (Joint.leftFoot.rawValue, Joint.rightFoot.rawValue)
        func spread(_ frame: Int) -> Double {
            let gap = walk.joints[frame][left] - walk.joints[frame][right]
            return gap.dot(gap)
        }
        return points.indices.max { spread($0) < spread($1) } ?? 0
    }

    private static let trunk: [[Joint]] = [
        [.root, .spine, .neck, .head], [.leftShoulder, .neck, .rightShoulder], [.leftHip, .root, .rightHip],
    ]
    private static let leftLimbs: [[Joint]] = [
        [.leftShoulder, .leftElbow, .leftHand], [.leftHip, .leftKnee, .leftFoot],
    ]
    private static let rightLimbs: [[Joint]] = [
        [.rightShoulder, .rightElbow, .rightHand], [.rightHip, .rightKnee, .rightFoot],
    ]
}

/// The ground under a walk: a grid that passes by as the camera moves along, and fades toward its edge.
struct FigureFloor {
    /// The approximate spacing of the grid's lines, meters.
    private static let spacing = 0.4

    /// The middle and the radius of the visible ground, (forward, left), meters.
    private let middle: SIMD2<Double>
    private let radius: Double
    private let travel: [SIMD2<Double>]

    init(_ walk: FigureWalk) {
        let (low, high) = walk.joints.map { SIMD2($0[0].x, $0[0].y) }.bounds
        middle = (low + high) / 2
        radius = (high - low).length / 2 + 0.5 * walk.stature
        travel = walk.travel
    }

    /// The corners of the visible ground in the picture, meters.
    func corners(_ view: FigureView) -> [SIMD2<Double>] {
        let center = view.project(SIMD3(middle.x, middle.y, 0))
        let reach = SIMD2(radius, radius * view.groundFlattening)
        return [center - reach, center + reach]
    }

    /// - Parameters:
    ///   - scale: pixels per meter.
    ///   - seconds: the duration of one run.
    func draw(
        _ view: FigureView, scale: Double, seconds: Double, name: String, into svg: inout SVGWriter
    ) {
        let sides = corners(view).map { $0 * scale }
        let (center, reach) = ((sides[0] + sides[1]) / 2, (sides[1] - sides[0]) / 2)
        svg.element(
            "mask",
            [
                "id": "ground-\(name)", "maskUnits": "userSpaceOnUse", "x": sides[0].x, "y": sides[0].y,
                "width": 2 * reach.x, "height": 2 * reach.y,
            ]
        ) { svg in
            svg.element(
                "ellipse",
                ["cx": center.x, "cy": center.y, "rx": reach.x, "ry": reach.y, "fill": "url(#fade)"])
        }
        svg.element("g", ["mask": "url(#ground-\(name))"]) { svg in
            svg.element(
                "path",
                [
                    "d": SVGPath.data(grid.map { $0.map { view.project(SIMD3($0.x, $0.y, 0)) * scale } }),
                    "fill": "none", "stroke": FigureColors.ground, "stroke-width": "1.2",
                    "stroke-opacity": "0.75",
                ]
            ) { svg in
                let shifts = travel.map { view.project(SIMD3(-$0.x, -$0.y, 0)) * scale }
                svg.translation(along: shifts, seconds: seconds)
            }
        }
    }

    /// The lines of the grid, for all ground that any frame shows. The lines across the path are spaced so that the end of a
    /// run looks like its start.
    private var grid: [[SIMD2<Double>]] {
        let bounds = travel.bounds
        let (low, high) = (bounds.low + middle - radius, bounds.high + middle + radius)
        let way = abs(travel[travel.count - 1].x - travel[0].x)
        let across = way > Self.spacing ? way / (way / Self.spacing).rounded() : Self.spacing
        func multiples(of step: Double, from low: Double, to high: Double) -> [Double] {
            // A walk of kilometers has no more lines than one of a hundred meters.
            let count = min(Int((high - low) / step) + 1, 300)
            return (0...count).map { ((low / step).rounded(.down) + Double($0)) * step }
        }
        let cross = multiples(of: across, from: low.x, to: high.x).map { place in
            [SIMD2(place, low.y), SIMD2(place, high.y)]
        }
        let along = multiples(of: Self.spacing, from: low.y, to: high.y).map { place in
            [SIMD2(low.x, place), SIMD2(high.x, place)]
        }
        return cross + along
    }
}

/// The colors of drawings: of medium lightness, so that they stand out on white and on black.
enum FigureColors {
    static let left = "#ef7d3c"
    static let right = "#3f8fe0"
    static let trunk = "#8b929c"
    static let ground = "#8b929c"
    static let text = "#808893"

    /// The color of a share of 0...1, from the trunk's gray through amber to red.
    static func heat(_ share: Double) -> String {
        let stops: [SIMD3<Double>] = [
            SIMD3(139, 146, 156), SIMD3(235, 172, 60), SIMD3(239, 112, 48), SIMD3(226, 40, 72),
        ]
        let place = min(max(share.isFinite ? share : 0, 0), 1) * Double(stops.count - 1)
        let index = min(Int(place), stops.count - 2)
        let color = stops[index] + (stops[index + 1] - stops[index]) * (place - Double(index))
        let (red, green, blue) = (Int(color.x.rounded()), Int(color.y.rounded()), Int(color.z.rounded()))
        return String(format: "#%02x%02x%02x", red, green, blue)
    }
}
