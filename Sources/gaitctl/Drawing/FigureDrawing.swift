import Gait

/// One walk as a stick figure on its piece of ground, in pixels around the point that the camera looks at.
struct FigureDrawing {
    /// How limbs are coloured.
    enum Colouring {
        /// Left, right and trunk differ.
        case bySide
        /// All grey, for what is drawn over them.
        case plain
    }

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
    ///   - scale: pixels per metre.
    init(_ walk: FigureWalk, rate: Double, view: FigureView, scale: Double) {
        (self.walk, self.view, self.scale) = (walk, view, scale)
        points = walk.joints.map { $0.map { view.project($0) * scale } }
        heads = walk.heads.map { view.project($0) * scale }
        seconds = Double(walk.joints.count - 1) / rate
        floor = FigureFloor(walk)
    }

    /// The smallest box around the figure in all frames and its ground.
    var bounds: (low: SIMD2<Double>, high: SIMD2<Double>) {
        let corners = floor.corners(view).map { $0 * scale }
        var (low, high) = (corners[0], corners[0])
        let margin = SIMD2(repeating: headRadius + limbWidth)
        for point in corners {
            low = pointwiseMin(low, point)
            high = pointwiseMax(high, point)
        }
        for point in points.joined() + heads {
            low = pointwiseMin(low, point - margin)
            high = pointwiseMax(high, point + margin)
        }
        return (low, high)
    }

    private var headRadius: Double { FigureWalk.headRadius * walk.stature * scale }
    private var limbWidth: Double { 0.033 * walk.stature * scale }

    /// Draws the ground, then the figure, far side first: no view is from the left.
    ///
    /// - Parameter name: makes the identifiers of this drawing unique in its document.
    func draw(_ colouring: Colouring, name: String, into svg: inout SVGWriter) {
        floor.draw(view, scale: scale, seconds: seconds, name: name, into: &svg)
        let trunkColour = FigureColours.trunk
        let (left, right) =
            colouring == .bySide ? (FigureColours.left, FigureColours.right) : (trunkColour, trunkColour)
        svg.element(
            "g",
            [
                "fill": "none", "stroke-width": SVGWriter.number(limbWidth), "stroke-linecap": "round",
                "stroke-linejoin": "round",
            ]
        ) { svg in
            drawLines(Self.leftLimbs, colour: left, into: &svg)
            drawLines(Self.trunk, colour: trunkColour, into: &svg)
            svg.element(
                "g", ["stroke-width": SVGWriter.number(2 * headRadius)]
            ) { svg in drawPath(heads.map { SVGPath.data([[$0]]) }, colour: trunkColour, into: &svg) }
            drawLines(Self.rightLimbs, colour: right, into: &svg)
        }
    }

    /// Lines from joint to joint that move with them.
    private func drawLines(_ lines: [[Joint]], colour: String, into svg: inout SVGWriter) {
        let frames = points.map { frame in SVGPath.data(lines.map { $0.map { frame[$0.rawValue] } }) }
        drawPath(frames, colour: colour, into: &svg)
    }

    /// A path that changes from frame to frame.
    private func drawPath(_ frames: [String], colour: String, into svg: inout SVGWriter) {
        svg.element("path", ["d": frames[stillFrame], "stroke": colour]) { svg in
            svg.animation(of: "d", values: frames, seconds: seconds)
        }
    }

    /// The frame that is seen where nothing moves: the one in which the feet are furthest apart.
    var stillFrame: Int {
        let (left, right) = (Joint.leftFoot.rawValue, Joint.rightFoot.rawValue)
        func spread(_ frame: Int) -> Double {
            let gap = walk.joints[frame][left] - walk.joints[frame][right]
            return (gap * gap).sum()
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
