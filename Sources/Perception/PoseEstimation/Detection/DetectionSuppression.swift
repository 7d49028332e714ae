/// Makes one detection of those that are of the same person: the mean of all that overlap with the best, weighted by
/// their scores (Bazarevsky et al., BlazeFace, 2019, section 3.4; MediaPipe's NonMaxSuppressionCalculator, WEIGHTED).
struct DetectionSuppression {
    /// From this overlap on boxes are of one person (`min_suppression_threshold`).
    static let overlap: Float = 0.3
    /// More people than this are not returned of one image.
    static let largestCount = 32

    private var remaining: [DetectionCandidate] = []
    private var kept: [DetectionCandidate] = []

    /// Room for all anchors, so that nothing is allocated later.
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

    /// One for each person, the surest first.
    mutating func people() -> [DetectionCandidate] {
        remaining.sort { $0.score > $1.score }
        while let best = remaining.first, kept.count < Self.largestCount {
            var weight: Float = 0
            var (box, points) = (SIMD4<Float>.zero, SIMD4<Float>.zero)
            // The best is removed even if its box is empty and overlaps with nothing.
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
