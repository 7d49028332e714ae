import Foundation

/// The points of the detector's input to which its outputs are relative (MediaPipe, pose_detection_cpu.pbtxt, options of
/// SsdAnchorsCalculator): the middles of the cells of three grids.
enum DetectorAnchors {
    /// Pixels along a side of the detector's input.
    static let inputSize = 224
    /// The cells' sizes in pixels, and the anchors of each cell: two per layer of that size; the layers are 8, 16, 32, 32,
    /// 32.
    private static let grids = [(cell: 8, anchors: 2), (cell: 16, anchors: 2), (cell: 32, anchors: 6)]

    /// The number of anchors.
    static let count = 2254

    /// All anchors in the order of the outputs, as fractions of the input's side.
    static let points: [SIMD2<Float>] = {
        var points: [SIMD2<Float>] = []
        points.reserveCapacity(count)
        for grid in grids {
            let cells = inputSize / grid.cell
            for row in 0..<cells {
                for column in 0..<cells {
                    let middle = (SIMD2(Float(column), Float(row)) + 0.5) / Float(cells)
                    for _ in 0..<grid.anchors { points.append(middle) }
                }
            }
        }
        return points
    }()
}

/// The detector's output for one anchor; places are fractions of the input's side.
struct DetectionCandidate: Equatable {
    /// 0...1.
    var score: Float
    /// Left, top, right, bottom of the face.
    var box: SIMD4<Float>
    /// The middle of the hips (x, y), and the point above it on the body's circle (x, y).
    var points: SIMD4<Float>

    /// The network's values per anchor: the box's middle and size, then four points, of which the last two are for the
    /// upper body and unused; pixels of the input, from the anchor.
    static let valuesPerAnchor = 12
    /// The magnitude at which logits of scores are clipped (`score_clipping_thresh`).
    private static let largestLogit: Float = 100

    /// Reads an anchor's output; nil if the score is below `minimumScore` or a value is not finite.
    init?(
        logit: Float, values: UnsafePointer<Float>, anchor: SIMD2<Float>, minimumScore: Float
    ) {
        let clipped = min(max(logit, -Self.largestLogit), Self.largestLogit)
        score = 1 / (1 + exp(-clipped))
        guard score >= minimumScore else { return nil }
        let scale = 1 / Float(DetectorAnchors.inputSize)
        let middle = SIMD2(values[0], values[1]) * scale + anchor
        let half = SIMD2(values[2], values[3]) * (scale / 2)
        box = SIMD4(lowHalf: middle - half, highHalf: middle + half)
        points =
            SIMD4(values[4], values[5], values[6], values[7]) * scale
            + SIMD4(lowHalf: anchor, highHalf: anchor)
        guard (box + points).sum().isFinite else { return nil }
    }

    init(score: Float, box: SIMD4<Float>, points: SIMD4<Float>) {
        (self.score, self.box, self.points) = (score, box, points)
    }

    private var area: Float { max(box.z - box.x, 0) * max(box.w - box.y, 0) }

    /// The intersection of two boxes over their union, 0...1.
    func overlap(with other: DetectionCandidate) -> Float {
        let width = min(box.z, other.box.z) - max(box.x, other.box.x)
        let height = min(box.w, other.box.w) - max(box.y, other.box.y)
        guard width > 0, height > 0 else { return 0 }
        return width * height / (area + other.area - width * height)
    }
}

/// Merges the candidates of one person into one detection: the mean of all that overlap the best one, weighted by score
/// (Bazarevsky et al., BlazeFace, 2019, section 3.4; MediaPipe's NonMaxSuppressionCalculator, WEIGHTED).
struct DetectionSuppression {
    /// The overlap from which boxes belong to one person (`min_suppression_threshold`).
    static let overlap: Float = 0.3
    /// The most people returned for one image.
    static let largestCount = 32

    private var remaining: [DetectionCandidate] = []
    private var kept: [DetectionCandidate] = []

    /// Reserves room for all anchors, so that nothing is allocated later.
    init() {
        remaining.reserveCapacity(DetectorAnchors.count)
        kept.reserveCapacity(Self.largestCount)
    }

    /// Forgets all candidates.
    mutating func reset() {
        remaining.removeAll(keepingCapacity: true)
        kept.removeAll(keepingCapacity: true)
    }

    mutating func add(_ candidate: DetectionCandidate) { remaining.append(candidate) }

    /// One detection per person, most certain first.
    mutating func people() -> [DetectionCandidate] {
        remaining.sort { $0.score > $1.score }
        while let best = remaining.first, kept.count < Self.largestCount {
            var weight: Float = 0
            var (box, points) = (SIMD4<Float>.zero, SIMD4<Float>.zero)
            // The best is removed even if its box is empty and overlaps nothing.
            remaining.removeAll { candidate in
                guard candidate == best || best.overlap(with: candidate) > Self.overlap else { return false }
                weight += candidate.score
                box += candidate.box * candidate.score
                points += candidate.points * candidate.score
                return true
            }
            kept.append(DetectionCandidate(score: best.score, box: box / weight, points: points / weight))
        }
        return kept
    }
}
