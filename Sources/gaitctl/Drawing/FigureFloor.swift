/// The ground under a walk: a grid that passes by as the camera goes along, and fades out towards its edge.
struct FigureFloor {
    /// About how far the grid's lines are apart, metres.
    private static let spacing = 0.4

    /// The middle and the radius of what is seen of it, (forward, left), metres.
    private let middle: SIMD2<Double>
    private let radius: Double
    private let travel: [SIMD2<Double>]

    init(_ walk: FigureWalk) {
        let roots = walk.joints.map { SIMD2($0[0].x, $0[0].y) }
        let low = roots.reduce(roots[0]) { pointwiseMin($0, $1) }
        let high = roots.reduce(roots[0]) { pointwiseMax($0, $1) }
        middle = (low + high) / 2
        let extent = high - low
        radius = (extent * extent).sum().squareRoot() / 2 + 0.5 * walk.stature
        travel = walk.travel
    }

    /// The sides of the visible ground in the picture, metres.
    func corners(_ view: FigureView) -> [SIMD2<Double>] {
        let centre = view.project(SIMD3(middle.x, middle.y, 0))
        let reach = SIMD2(radius, radius * view.groundFlattening)
        return [centre - reach, centre + reach]
    }

    /// - Parameters:
    ///   - scale: pixels per metre.
    ///   - seconds: of one run.
    func draw(
        _ view: FigureView, scale: Double, seconds: Double, name: String, into svg: inout SVGWriter
    ) {
        let sides = corners(view).map { $0 * scale }
        let (centre, reach) = ((sides[0] + sides[1]) / 2, (sides[1] - sides[0]) / 2)
        let number = SVGWriter.number
        svg.element(
            "mask",
            [
                "id": "ground-\(name)", "maskUnits": "userSpaceOnUse", "x": number(sides[0].x),
                "y": number(sides[0].y), "width": number(2 * reach.x), "height": number(2 * reach.y),
            ]
        ) { svg in
            svg.element(
                "ellipse",
                [
                    "cx": number(centre.x), "cy": number(centre.y), "rx": number(reach.x),
                    "ry": number(reach.y), "fill": "url(#fade)",
                ])
        }
        svg.element("g", ["mask": "url(#ground-\(name))"]) { svg in
            svg.element(
                "path",
                [
                    "d": SVGPath.data(grid.map { $0.map { view.project(SIMD3($0.x, $0.y, 0)) * scale } }),
                    "fill": "none", "stroke": FigureColours.ground, "stroke-width": "1.2",
                    "stroke-opacity": "0.75",
                ]
            ) { svg in
                let shifts = travel.map { view.project(SIMD3(-$0.x, -$0.y, 0)) * scale }
                svg.translation(along: shifts, seconds: seconds)
            }
        }
    }

    /// The lines of the grid, for all ground that is seen in any frame. As many lie across the way as make it
    /// look the same at the end of a run as at its beginning.
    private var grid: [[SIMD2<Double>]] {
        let low = travel.reduce(travel[0]) { pointwiseMin($0, $1) } + middle - radius
        let high = travel.reduce(travel[0]) { pointwiseMax($0, $1) } + middle + radius
        let way = abs(travel[travel.count - 1].x - travel[0].x)
        let across = way > Self.spacing ? way / (way / Self.spacing).rounded() : Self.spacing
        func multiples(of step: Double, from low: Double, to high: Double) -> [Double] {
            // A walk of kilometres has no more lines than one of a hundred metres.
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
